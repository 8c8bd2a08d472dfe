package dev.javelin.model;

import java.lang.foreign.MemorySegment;

/**
 * One weight: role, logical shape, format and bytes. Immutable; the bytes are read-only and live as long as the
 * {@link ModelWeights} they came from.
 *
 * @param key what it is for
 * @param rows output elements; 1 for a vector
 * @param columns input elements, contiguous in memory
 * @param format how a row's elements lie in memory
 * @param data {@code rows * format.rowBytes(columns)} bytes, row-major, no padding; readable by any thread
 */
public record Weight(WeightKey key, long rows, long columns, WeightFormat format, MemorySegment data) {
    /**
     * Checks that the bytes are as many as shape and format say.
     *
     * @throws IllegalArgumentException if they are not
     */
    public Weight {
        long expectedBytes = Math.multiplyExact(rows, format.rowBytes(columns));
        if (data.byteSize() != expectedBytes) {
            throw new IllegalArgumentException(key + " of " + rows + " x " + columns + " " + format + " needs "
                    + expectedBytes + " bytes, its segment has " + data.byteSize());
        }
    }
}
