package dev.javelin.model;

/**
 * How a weight's elements lie in memory: blocks of {@code blockElements} consecutive elements of a row in
 * {@code blockBytes} bytes, little-endian. The quantised formats are those of GGML.
 *
 * <pre>
 * Q4_0  f16 d; 16 bytes: low nibbles are elements 0..15, high nibbles 16..31;  w = d * (q - 8)
 * Q4_1  f16 d; f16 m; 16 bytes as Q4_0;                                         w = d * q + m
 * Q8_0  f16 d; 32 signed bytes;                                                 w = d * q
 * </pre>
 */
public enum WeightFormat {
    /** IEEE single precision. */
    F32(1, 4),
    /** IEEE half precision. */
    F16(1, 2),
    /** The upper half of a single. */
    BF16(1, 2),
    /** Four bits with a scale for each 32. */
    Q4_0(32, 18),
    /** Four bits with a scale and a minimum for each 32. */
    Q4_1(32, 20),
    /** Eight bits with a scale for each 32. */
    Q8_0(32, 34);

    private final int blockElements;
    private final int blockBytes;

    WeightFormat(int blockElements, int blockBytes) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** Elements of a block. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return blockBytes;
    }

    /**
     * Bytes of a row.
     *
     * @param columns elements of the row, a multiple of {@link #blockElements()}
     * @throws IllegalArgumentException if it is not a multiple
     */
    public long rowBytes(long columns) {
        if (columns % blockElements != 0) {
            throw new IllegalArgumentException(
                    "a row of " + columns + " elements is no multiple of " + this + "'s block of " + blockElements);
        }
        return columns / blockElements * blockBytes;
    }
}
