package dev.javelin.tokenizer.bpe;

import java.util.Arrays;

/**
 * Merges a long piece in O(n log n): a linked list of symbols and a heap of (rank, position). Confined to one call.
 *
 * <p>Heap entries are never removed early: an entry is stale, and skipped, when the pair at its position has another
 * rank by now.
 */
final class HeapMerge {
    private static final int NO_RANK = -1;

    /** Children a node: half the levels of a binary heap, each within one cache line. */
    private static final int ARITY = 4;

    private final MergeTable table;
    private final int[] symbols;
    private final int[] previous;
    private final int[] next;
    /** The rank of the pair that begins at a position, as last seen. */
    private final int[] rankAt;
    /** Rank in the high, position in the low 32 bits: the order of merging is the order of the numbers. */
    private long[] heap;

    private int heapCount;

    HeapMerge(MergeTable table, int[] symbols, int count) {
        this.table = table;
        this.symbols = symbols;
        this.previous = new int[count];
        this.next = new int[count];
        this.rankAt = new int[count];
        this.heap = new long[count];
        for (int i = 0; i < count; i++) {
            previous[i] = i - 1;
            next[i] = i + 1;
        }
        next[count - 1] = -1;
        for (int i = 0; i < count; i++) {
            offer(i);
        }
    }

    int run() {
        while (heapCount > 0) {
            long top = poll();
            int at = (int) top;
            if (rankAt[at] == (int) (top >>> 32)) {
                mergeAt(at);
            }
        }
        int left = 0;
        for (int at = 0; at >= 0; at = next[at]) {
            symbols[left++] = symbols[at];
        }
        return left;
    }

    private void mergeAt(int at) {
        int gone = next[at];
        symbols[at] = MergeTable.merged(table.find(symbols[at], symbols[gone]));
        rankAt[gone] = NO_RANK;
        next[at] = next[gone];
        if (next[at] >= 0) {
            previous[next[at]] = at;
        }
        offer(at);
        if (previous[at] >= 0) {
            offer(previous[at]);
        }
    }

    /** Looks the pair at a position up and queues its merge, if it has one. */
    private void offer(int at) {
        long value = next[at] < 0 ? MergeTable.NONE : table.find(symbols[at], symbols[next[at]]);
        if (value == MergeTable.NONE) {
            rankAt[at] = NO_RANK;
            return;
        }
        rankAt[at] = MergeTable.rank(value);
        add(((long) rankAt[at] << 32) | at);
    }

    private void add(long entry) {
        if (heapCount == heap.length) {
            heap = Arrays.copyOf(heap, heapCount * 2);
        }
        int hole = heapCount++;
        while (hole > 0 && heap[(hole - 1) / ARITY] > entry) {
            heap[hole] = heap[(hole - 1) / ARITY];
            hole = (hole - 1) / ARITY;
        }
        heap[hole] = entry;
    }

    private long poll() {
        long top = heap[0];
        long last = heap[--heapCount];
        int hole = 0;
        int child = 1;
        while (child < heapCount) {
            int least = leastOf(child, Math.min(child + ARITY, heapCount));
            if (heap[least] >= last) {
                break;
            }
            heap[hole] = heap[least];
            hole = least;
            child = ARITY * hole + 1;
        }
        heap[hole] = last;
        return top;
    }

    private int leastOf(int start, int end) {
        int least = start;
        for (int i = start + 1; i < end; i++) {
            if (heap[i] < heap[least]) {
                least = i;
            }
        }
        return least;
    }
}
