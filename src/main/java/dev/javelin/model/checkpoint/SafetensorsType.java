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
 * The types of safetensors, by the name that a header has for them. Immutable.
 *
 * <p>Types without a {@link WeightFormat} are known so that a file with them can be described, and refused by name
 * where a model needs such a tensor.
 */
public enum SafetensorsType implements TensorType {
    /** IEEE 754 binary64; a runner gets its weights as binary32. */
    F64(64, WeightFormat.F32),
    /** IEEE 754 binary32. */
    F32(32, WeightFormat.F32),
    /** IEEE 754 binary16. */
    F16(16, WeightFormat.F16),
    /** The upper half of a binary32. */
    BF16(16, WeightFormat.BF16),
    /** Truth, a byte each. */
    BOOL(8, null),
    /** Unsigned bytes. */
    U8(8, null),
    /** Signed bytes. */
    I8(8, null),
    /** Signed 16-bit integers. */
    I16(16, null),
    /** Unsigned 16-bit integers. */
    U16(16, null),
    /** Signed 32-bit integers. */
    I32(32, null),
    /** Unsigned 32-bit integers. */
    U32(32, null),
    /** Signed 64-bit integers. */
    I64(64, null),
    /** Unsigned 64-bit integers. */
    U64(64, null),
    /** Complex numbers of two binary32. */
    C64(64, null),
    /** Eight bits, 4 of exponent. */
    F8_E4M3(8, null),
    /** Eight bits, 5 of exponent. */
    F8_E5M2(8, null),
    /** Powers of two. */
    F8_E8M0(8, null),
    /** Six bits, 2 of exponent. */
    F6_E2M3(6, null),
    /** Six bits, 3 of exponent. */
    F6_E3M2(6, null),
    /** Four bits, 2 of exponent. */
    F4(4, null);

    private static final Map<String, SafetensorsType> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(SafetensorsType::name, Function.identity()));

    private final int bits;
    private final @Nullable WeightFormat format;

    SafetensorsType(int bits, @Nullable WeightFormat format) {
        this.bits = bits;
        this.format = format;
    }

    /** The type that a header calls so, or empty for one that this build does not know. */
    public static Optional<SafetensorsType> tryOfName(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Bits of a value. */
    public int bits() {
        return bits;
    }

    @Override
    public List<SafetensorsType> all() {
        return List.of(values());
    }

    @Override
    public Optional<WeightFormat> tryFormat() {
        return Optional.ofNullable(format);
    }

    /** The type whose values lie as a format's do. */
    static SafetensorsType of(WeightFormat format) {
        return switch (format) {
            case F32 -> F32;
            case F16 -> F16;
            case BF16 -> BF16;
            case Q4_0, Q4_1, Q8_0 -> throw new IllegalArgumentException("safetensors has no " + format);
        };
    }
}
