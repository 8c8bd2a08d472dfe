package dev.javelin.tokenizer.pipeline;

import java.util.Arrays;

/** A growing list of ids. Confined to one encode call. */
public final class IdBuffer {
    private int[] ids;
    private int count;

    /**
     * An empty list.
     *
     * @param capacity how many ids it takes before it grows
     */
    public IdBuffer(int capacity) {
        ids = new int[Math.max(capacity, 16)];
    }

    /** Appends one id. */
    public void add(int id) {
        if (count == ids.length) {
            ids = Arrays.copyOf(ids, count + (count >> 1));
        }
        ids[count++] = id;
    }

    /** Appends several. */
    public void addAll(int[] more) {
        for (int id : more) {
            add(id);
        }
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The ids from an index on, as a copy. */
    public int[] copyFrom(int start) {
        return Arrays.copyOfRange(ids, start, count);
    }

    /** All ids, as a copy. */
    public int[] toArray() {
        return Arrays.copyOf(ids, count);
    }
}
