package dev.javelin.model.checkpoint;

import dev.javelin.model.WeightFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a tensor's values are packed: GGML's types, by the id that a GGUF file stores. Immutable.
 *
 * <p>A row is a whole number of blocks; each block packs {@link #blockElementCount()} values in {@link #blockBytes()}
 * bytes. Types without a {@link WeightFormat} are known so that a file with them can be described and refused by name.
 */
public enum GgmlType implements TensorType {
    /** IEEE 754 binary32. */
    F32(0, 1, 4, WeightFormat.F32),
    /** IEEE 754 binary16. */
    F16(1, 1, 2, WeightFormat.F16),
    /** 32 values: fp16 scale, 4-bit codes with an offset of 8. */
    Q4_0(2, 32, 18, WeightFormat.Q4_0),
    /** 32 values: fp16 scale and minimum, 4-bit codes. */
    Q4_1(3, 32, 20, WeightFormat.Q4_1),
    /** 32 values, 5 bits with an offset. */
    Q5_0(6, 32, 22, null),
    /** 32 values, 5 bits with a minimum. */
    Q5_1(7, 32, 24, null),
    /** 32 values: fp16 scale, signed bytes. */
    Q8_0(8, 32, 34, WeightFormat.Q8_0),
    /** 32 values, signed bytes with their sum; a type of activations. */
    Q8_1(9, 32, 40, null),
    /** Super-block of 256, 2 bits. */
    Q2_K(10, 256, 84, null),
    /** Super-block of 256, 3 bits. */
    Q3_K(11, 256, 110, null),
    /** Super-block of 256, 4 bits. */
    Q4_K(12, 256, 144, null),
    /** Super-block of 256, 5 bits. */
    Q5_K(13, 256, 176, null),
    /** Super-block of 256, 6 bits. */
    Q6_K(14, 256, 210, null),
    /** Super-block of 256, signed bytes; a type of activations. */
    Q8_K(15, 256, 292, null),
    /** Codebook type, 2.06 bits a value. */
    IQ2_XXS(16, 256, 66, null),
    /** Codebook type, 2.31 bits a value. */
    IQ2_XS(17, 256, 74, null),
    /** Codebook type, 3.06 bits a value. */
    IQ3_XXS(18, 256, 98, null),
    /** Codebook type, 1.56 bits a value. */
    IQ1_S(19, 256, 50, null),
    /** Non-linear 4-bit codes, blocks of 32. */
    IQ4_NL(20, 32, 18, null),
    /** Codebook type, 3.44 bits a value. */
    IQ3_S(21, 256, 110, null),
    /** Codebook type, 2.56 bits a value. */
    IQ2_S(22, 256, 82, null),
    /** Non-linear 4-bit codes, super-blocks of 256. */
    IQ4_XS(23, 256, 136, null),
    /** Signed bytes. */
    I8(24, 1, 1, null),
    /** Signed 16-bit integers. */
    I16(25, 1, 2, null),
    /** Signed 32-bit integers. */
    I32(26, 1, 4, null),
    /** Signed 64-bit integers. */
    I64(27, 1, 8, null),
    /** IEEE 754 binary64. */
    F64(28, 1, 8, null),
    /** Codebook type, 1.75 bits a value. */
    IQ1_M(29, 256, 56, null),
    /** The upper half of a binary32. */
    BF16(30, 1, 2, WeightFormat.BF16),
    /** Ternary, 1.69 bits a value. */
    TQ1_0(34, 256, 54, null),
    /** Ternary, 2.06 bits a value. */
    TQ2_0(35, 256, 66, null),
    /** 32 values: E8M0 scale, E2M1 codes (OCP microscaling). */
    MXFP4(39, 32, 17, null),
    /** 64 values: four E4M3 scales, E2M1 codes. */
    NVFP4(40, 64, 36, null),
    /** 128 values: fp16 scale, one bit each. */
    Q1_0(41, 128, 18, null);

    private static final Map<Integer, GgmlType> BY_ID =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(GgmlType::id, Function.identity()));

    private final int id;
    private final int blockElementCount;
    private final int blockBytes;
    private final @Nullable WeightFormat format;

    GgmlType(int id, int blockElementCount, int blockBytes, @Nullable WeightFormat format) {
        this.id = id;
        this.blockElementCount = blockElementCount;
        this.blockBytes = blockBytes;
        this.format = format;
    }

    /** The type stored as {@code id}, or empty for an id that this build does not know. */
    public static Optional<GgmlType> tryOfId(int id) {
        return Optional.ofNullable(BY_ID.get(id));
    }

    /** The number that GGUF stores. */
    public int id() {
        return id;
    }

    /** Values in a block; a row's length is a multiple of it. */
    public int blockElementCount() {
        return blockElementCount;
    }

    /** Bytes of a block. */
    public int blockBytes() {
        return blockBytes;
    }

    @Override
    public List<GgmlType> all() {
        return List.of(values());
    }

    @Override
    public Optional<WeightFormat> tryFormat() {
        return Optional.ofNullable(format);
    }

    /**
     * Bytes of {@code elementCount} values.
     *
     * @throws ArithmeticException if the product does not fit a long
     */
    public long bytesOf(long elementCount) {
        if (elementCount % blockElementCount != 0) {
            throw new IllegalArgumentException(
                    elementCount + " values are no whole number of " + name() + " blocks of " + blockElementCount);
        }
        return Math.multiplyExact(elementCount / blockElementCount, (long) blockBytes);
    }
}
