package dev.javelin.api.openai;

import java.util.Arrays;

/** Token ids as they come. Not thread-safe. */
final class IntList {
    private int[] values = new int[16];
    private int count;

    void add(int[] more) {
        if (count + more.length > values.length) {
            values = Arrays.copyOf(values, Math.max(count + more.length, 2 * values.length));
        }
        System.arraycopy(more, 0, values, count, more.length);
        count += more.length;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int[] toArray() {
        return Arrays.copyOf(values, count);
    }
}
