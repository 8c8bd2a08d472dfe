package dev.javelin.cuda.kernel;

/** Checks that launchers share. Stateless. */
final class Limits {
    /** Elements of a 16-byte access. */
    private static final int VECTOR_ELEMENTS = 8;

    private Limits() {}

    /** Rows are read 16 bytes at a time: {@code elements} must be a multiple of 8 from 8 to {@code maxElements}. */
    static void requireVectors(String name, int elements, int maxElements) {
        if (elements < VECTOR_ELEMENTS || elements > maxElements || elements % VECTOR_ELEMENTS != 0) {
            throw new IllegalArgumentException(
                    name + " is " + elements + ", not a multiple of 8 from 8 to " + maxElements);
        }
    }

    /** {@code value} must lie in [min, max]. */
    static void requireRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", the limits are " + min + " and " + max);
        }
    }
}
