package dev.javelin.cuda.kernel;

/** What an element's 16 bits mean, slowly and exactly. Stateless. */
final class ElementBits {
    /** What memory is filled with before a kernel runs: NaN in both types. */
    static final short POISON = -1;

    private ElementBits() {}

    /** The nearest element, ties to even. */
    static short of(ElementType type, float value) {
        return switch (type) {
            case F16 -> Float.floatToFloat16(value);
            case BF16 -> {
                int bits = Float.floatToRawIntBits(value);
                yield Float.isNaN(value) ? POISON : (short) ((bits + 0x7fff + (bits >>> 16 & 1)) >>> 16);
            }
        };
    }

    static float value(ElementType type, short bits) {
        return switch (type) {
            case F16 -> Float.float16ToFloat(bits);
            case BF16 -> Float.intBitsToFloat(bits << 16);
        };
    }

    /** Half the distance between two neighbouring elements at most, relative to their size. */
    static double unitRoundoff(ElementType type) {
        return switch (type) {
            case F16 -> 0x1p-11;
            case BF16 -> 0x1p-8;
        };
    }

    /** {@code ||actual - expected|| / ||expected||}; NaN where an element is. */
    static double relativeError(ElementType type, short[] actual, int from, double[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            double off = value(type, actual[from + i]) - expected[i];
            difference += off * off;
            size += expected[i] * expected[i];
        }
        return Math.sqrt(difference / (size > 0 ? size : 1));
    }
}
