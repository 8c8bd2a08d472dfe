package dev.javelin.cuda.runner;

import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.checkpoint.Dequantizer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Turns packed elements into the runner's element type. Confined to one loading thread.
 *
 * <p>Elements of the same type are copied; all others pass through single precision and are rounded to nearest even.
 */
final class WeightConversion {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int ELEMENTS_AT_ONCE = 1 << 14;

    private final ElementType type;
    private final float[] floats = new float[ELEMENTS_AT_ONCE];
    private final short[] elements = new short[ELEMENTS_AT_ONCE];

    WeightConversion(ElementType type) {
        this.type = type;
    }

    /**
     * Converts consecutive elements.
     *
     * @param format how they are packed
     * @param packed holds them
     * @param offsetBytes where the first block starts
     * @param elementCount how many, whole blocks
     * @param to takes {@code elementCount * 2} bytes from its start on
     */
    void convert(WeightFormat format, MemorySegment packed, long offsetBytes, long elementCount, MemorySegment to) {
        boolean same = (format == WeightFormat.BF16 && type == ElementType.BF16)
                || (format == WeightFormat.F16 && type == ElementType.F16);
        if (same) {
            MemorySegment.copy(packed, offsetBytes, to, 0, elementCount * Short.BYTES);
            return;
        }
        for (long first = 0; first < elementCount; first += ELEMENTS_AT_ONCE) {
            int count = (int) Math.min(ELEMENTS_AT_ONCE, elementCount - first);
            long at = offsetBytes + first / format.blockElements() * format.blockBytes();
            Dequantizer.decode(format, packed, at, floats, 0, count);
            round(count);
            MemorySegment.copy(elements, 0, to, SHORT, first * Short.BYTES, count);
        }
    }

    private void round(int count) {
        switch (type) {
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    elements[i] = Float.floatToFloat16(floats[i]);
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    elements[i] = bfloat16(floats[i]);
                }
            }
        }
    }

    /** The nearest bfloat16, ties to even; NaN stays NaN. */
    static short bfloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x40);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }
}
