package dev.javelin.model;

import java.lang.foreign.MemorySegment;

/**
 * One weight: role, logical shape, format and numbers. Immutable; bytes are read-only and live as long as the
 * {@link ModelWeights} they came from.
 *
 * @param key what it is for
 * @param rows output elements; 1 for a vector
 * @param columns input elements, contiguous in memory
 * @param format how a row's elements lie in memory
 * @param content its numbers, or how they are made
 */
public record Weight(WeightKey key, long rows, long columns, WeightFormat format, WeightContent content) {
    /**
     * Checks that the bytes are as many as shape and format say.
     *
     * @throws IllegalArgumentException if they are not
     */
    public Weight {
        long expectedBytes = Math.multiplyExact(rows, format.rowBytes(columns));
        if (content instanceof WeightContent.Stored(MemorySegment bytes) && bytes.byteSize() != expectedBytes) {
            throw new IllegalArgumentException(key + " of " + rows + " x " + columns + " " + format + " needs "
                    + expectedBytes + " bytes, its segment has " + bytes.byteSize());
        }
    }

    /** A weight whose numbers are in memory. */
    public Weight(WeightKey key, long rows, long columns, WeightFormat format, MemorySegment data) {
        this(key, rows, columns, format, new WeightContent.Stored(data));
    }

    /** Bytes that its numbers take, there or not. */
    public long byteCount() {
        return rows * format.rowBytes(columns);
    }

    /**
     * The numbers, row-major without padding, of any alignment.
     *
     * @throws IllegalStateException if they are not in memory: see {@link #content()}
     */
    public MemorySegment data() {
        return switch (content) {
            case WeightContent.Stored(MemorySegment bytes) -> bytes;
            case WeightContent.Random random ->
                throw new IllegalStateException(key + " is not in memory, it is to be made from " + random);
        };
    }
}
