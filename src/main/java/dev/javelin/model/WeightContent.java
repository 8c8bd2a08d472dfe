package dev.javelin.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Where a weight's numbers are: in memory, or still to be made. Immutable. */
public sealed interface WeightContent {
    /**
     * Numbers that are there, as a checkpoint has them.
     *
     * @param bytes {@code rows * format.rowBytes(columns)} of them, row-major, no padding, of any alignment; readable
     *     by any thread
     */
    record Stored(MemorySegment bytes) implements WeightContent {}

    /**
     * Numbers that every runner makes for itself where it computes, so that a model too large for the host's memory can
     * still be tried: the same on each, because this is exact integer arithmetic and one rounding.
     *
     * <pre>
     * bits    = SplitMix64's (seed + (index + 1) * 0x9E3779B97F4A7C15), index = row * columns + column
     * sum     = its four 16-bit quarters, each in [0, 65535], less 131070
     * element = mean + (float) (deviation / 37837.227) * sum
     * </pre>
     *
     * then rounded to the weight's format, ties to even. The sum of four uniform numbers is near to normal (Irwin and
     * Hall) and never beyond 3.47 deviations, so no weight is an outlier. SplitMix64: Steele, Lea and Flood 2014.
     *
     * @param seed of this weight
     * @param mean of the elements
     * @param deviation their standard deviation; 0 makes each the mean
     */
    record Random(long seed, float mean, float deviation) implements WeightContent {
        private static final ValueLayout.OfShort SHORT =
                ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final ValueLayout.OfFloat FLOAT =
                ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final long STEP = 0x9E3779B97F4A7C15L;
        private static final int MIDDLE = 2 * 0xFFFF;
        /** The sum's standard deviation: the root of (2^32 - 1) / 3. */
        private static final double SUM_DEVIATION = Math.sqrt(0xFFFF_FFFFL / 3.0);

        /** What the sum is multiplied with. */
        public float scale() {
            return (float) (deviation / SUM_DEVIATION);
        }

        /** One element in single precision, before it is rounded to a format. */
        public float element(long index) {
            return mean + scale() * sum(index);
        }

        private int sum(long index) {
            long bits = seed + (index + 1) * STEP;
            bits = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
            bits = (bits ^ (bits >>> 27)) * 0x94D049BB133111EBL;
            bits ^= bits >>> 31;
            int quarters = (int) (bits & 0xFFFF)
                    + (int) ((bits >>> 16) & 0xFFFF)
                    + (int) ((bits >>> 32) & 0xFFFF)
                    + (int) (bits >>> 48);
            return quarters - MIDDLE;
        }

        /**
         * Makes consecutive elements.
         *
         * @param format F32, F16 or BF16
         * @param target takes them; its size says how many
         * @param firstIndex index of the first one
         * @throws IllegalArgumentException for a quantised format, which has no rounding of one element
         */
        public void fill(WeightFormat format, MemorySegment target, long firstIndex) {
            long count = target.byteSize() / format.blockBytes();
            for (long i = 0; i < count; i++) {
                float value = element(firstIndex + i);
                switch (format) {
                    case F32 -> target.set(FLOAT, i * Float.BYTES, value);
                    case F16 -> target.set(SHORT, i * Short.BYTES, Float.floatToFloat16(value));
                    case BF16 -> target.set(SHORT, i * Short.BYTES, brainHalf(value));
                    case Q4_0, Q4_1, Q8_0 -> throw new IllegalArgumentException(format + " has no random content");
                }
            }
        }

        /** The upper half of a finite single, ties to even. */
        private static short brainHalf(float value) {
            int bits = Float.floatToRawIntBits(value);
            return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
        }
    }
}
