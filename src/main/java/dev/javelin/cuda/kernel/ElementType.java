package dev.javelin.cuda.kernel;

import java.util.Map;

/** The type of weights, activations and cached keys and values: one for a runner. Both have two bytes. */
public enum ElementType {
    /** The upper half of a single: 8 bits of precision, a single's range. */
    BF16,
    /** IEEE half precision: 11 bits of precision, up to 65,504. */
    F16;

    /** Bytes of an element. */
    public int bytes() {
        return Short.BYTES;
    }

    /** What kernels of this type are compiled with. */
    public Map<String, String> defines() {
        return switch (this) {
            case BF16 -> Map.of();
            case F16 -> Map.of("ELEMENT_F16", "");
        };
    }
}
