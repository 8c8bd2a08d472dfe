package dev.javelin.tokenizer.bpe;

/**
 * Merges the symbols of one piece in place. Thread-safe because it holds nothing but the table.
 *
 * <p>Both ways merge the pair of lowest rank, leftmost first, until no pair has a merge; they give the same symbols (a
 * test holds them together).
 */
final class Merger {
    /** Up to here scanning beats the heap: most pieces are words. */
    static final int SCAN_LIMIT = 64;

    private final MergeTable table;

    Merger(MergeTable table) {
        this.table = table;
    }

    /** Merges symbols[0, count) in place and returns how many are left. */
    int merge(int[] symbols, int count) {
        return count <= SCAN_LIMIT ? mergeByScan(symbols, count) : new HeapMerge(table, symbols, count).run();
    }

    /** O(n^2) with a tiny constant. The slow twin of {@link HeapMerge}. */
    int mergeByScan(int[] symbols, int count) {
        long[] values = new long[Math.max(count - 1, 0)];
        for (int i = 0; i + 1 < count; i++) {
            values[i] = table.find(symbols[i], symbols[i + 1]);
        }
        int left = count;
        while (left > 1) {
            int best = lowest(values, left - 1);
            if (best < 0) {
                break;
            }
            symbols[best] = MergeTable.merged(values[best]);
            left--;
            System.arraycopy(symbols, best + 2, symbols, best + 1, left - best - 1);
            if (best < left - 1) {
                System.arraycopy(values, best + 2, values, best + 1, left - best - 2);
                values[best] = table.find(symbols[best], symbols[best + 1]);
            }
            if (best > 0) {
                values[best - 1] = table.find(symbols[best - 1], symbols[best]);
            }
        }
        return left;
    }

    /** The index of the lowest rank, the first of equals; -1 if no pair merges. */
    private static int lowest(long[] values, int count) {
        int best = -1;
        int bestRank = Integer.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            int rank = MergeTable.rank(values[i]);
            if (values[i] != MergeTable.NONE && (rank < bestRank || best < 0)) {
                best = i;
                bestRank = rank;
            }
        }
        return best;
    }
}
