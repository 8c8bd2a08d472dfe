package dev.javelin.tokenizer.bpe;

import java.util.Arrays;

/**
 * From a pair of symbols to the rank of their merge and the symbol it gives. Thread-safe because immutable.
 *
 * <p>Open addressing with linear probing, at most half full; a boxed hash map would be several times slower and take 60
 * bytes more an entry.
 *
 * <pre>
 * keys[slot]    left symbol  (high 32 bits) | right symbol  (low 32 bits)     EMPTY = -1
 * values[slot]  rank         (high 32 bits) | merged symbol (low 32 bits)     the lower value merges first
 * </pre>
 */
public final class MergeTable {
    /** No merge. */
    static final long NONE = -1;

    private static final long EMPTY = -1;

    private final long[] keys;
    private final long[] values;
    private final int shift;

    private MergeTable(int mergeCount) {
        int bits = 33 - Integer.numberOfLeadingZeros(Math.max(mergeCount, 8) - 1);
        keys = new long[1 << bits];
        values = new long[1 << bits];
        shift = 64 - bits;
        Arrays.fill(keys, EMPTY);
    }

    /** The rank and the merged symbol of a pair, or {@link #NONE}. */
    long find(int left, int right) {
        long key = key(left, right);
        int slot = home(key);
        while (keys[slot] != key) {
            if (keys[slot] == EMPTY) {
                return NONE;
            }
            slot = (slot + 1) & (keys.length - 1);
        }
        return values[slot];
    }

    static int rank(long value) {
        return (int) (value >>> 32);
    }

    static int merged(long value) {
        return (int) value;
    }

    private static long key(int left, int right) {
        return ((long) left << 32) | right;
    }

    private int home(long key) {
        return (int) ((key * 0x9E3779B97F4A7C15L) >>> shift);
    }

    private void put(long key, long value) {
        int slot = home(key);
        while (keys[slot] != EMPTY && keys[slot] != key) {
            slot = (slot + 1) & (keys.length - 1);
        }
        keys[slot] = key;
        values[slot] = value;
    }

    /** Collects merges, then makes the table. Confined to one thread. */
    public static final class Builder {
        private long[] pairs = new long[1024];
        private long[] results = new long[1024];
        private int count;

        /**
         * Adds a merge; of two for one pair the later counts.
         *
         * @param left symbol, not negative
         * @param right symbol, not negative
         * @param rank lower merges first; equal ranks merge leftmost first
         * @param merged symbol
         */
        public void add(int left, int right, int rank, int merged) {
            if (count == pairs.length) {
                pairs = Arrays.copyOf(pairs, count * 2);
                results = Arrays.copyOf(results, count * 2);
            }
            pairs[count] = key(left, right);
            results[count++] = ((long) rank << 32) | merged;
        }

        /** The table of all that was added. */
        public MergeTable build() {
            MergeTable table = new MergeTable(count);
            for (int i = 0; i < count; i++) {
                table.put(pairs[i], results[i]);
            }
            return table;
        }
    }
}
