package dev.javelin.kvcache;

import java.util.Arrays;

/**
 * Block ids in the order they were appended, with removal from the middle in constant time. Not thread-safe.
 *
 * <pre>
 *   next[SENTINEL] = first .. last = previous[SENTINEL];   previous[id] == ABSENT: not in the list
 * </pre>
 */
final class BlockList {
    private static final int ABSENT = -1;

    private final int sentinel;
    private final int[] next;
    private final int[] previous;
    private int count;

    BlockList(int blockCount) {
        sentinel = blockCount;
        next = new int[blockCount + 1];
        previous = new int[blockCount + 1];
        Arrays.fill(previous, ABSENT);
        next[sentinel] = sentinel;
        previous[sentinel] = sentinel;
    }

    int count() {
        return count;
    }

    boolean contains(int id) {
        return previous[id] != ABSENT;
    }

    void append(int id) {
        int last = previous[sentinel];
        next[last] = id;
        previous[id] = last;
        next[id] = sentinel;
        previous[sentinel] = id;
        count++;
    }

    void remove(int id) {
        next[previous[id]] = next[id];
        previous[next[id]] = previous[id];
        previous[id] = ABSENT;
        count--;
    }

    /** The list must not be empty. */
    int takeFirst() {
        int first = next[sentinel];
        remove(first);
        return first;
    }
}
