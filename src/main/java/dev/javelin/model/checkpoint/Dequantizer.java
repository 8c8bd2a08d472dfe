package dev.javelin.model.checkpoint;

import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Turns packed rows into floats: plain loops, bit for bit what GGML's own reference gives. Stateless, any thread.
 *
 * <p>Every arithmetic step is one float operation, in the order of the reference; nothing is fused, so that two
 * implementations can be compared by equality. It is the slow twin of every kernel that reads a format, and good enough
 * for norms and other small tensors.
 */
public final class Dequantizer {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int HALF = 16;

    private Dequantizer() {}

    /**
     * Decodes consecutive elements.
     *
     * @param format how they are packed
     * @param packed holds them; read only
     * @param offsetBytes where the first block starts; need not be aligned
     * @param out takes the elements
     * @param outIndex where in {@code out} the first element goes
     * @param elementCount how many, whole blocks
     */
    public static void decode(
            WeightFormat format, MemorySegment packed, long offsetBytes, float[] out, int outIndex, int elementCount) {
        BlockDecoder decoder = decoder(format);
        long at = offsetBytes;
        for (int i = 0; i < elementCount; i += format.blockElements()) {
            decoder.decode(packed, at, out, outIndex + i);
            at += format.blockBytes();
        }
    }

    /**
     * One row of a weight.
     *
     * @param rowIndex in {@code [0, weight.rows())}
     * @return {@code weight.columns()} elements
     */
    public static float[] row(Weight weight, long rowIndex) {
        int columns = Math.toIntExact(weight.columns());
        float[] row = new float[columns];
        long offsetBytes =
                Objects.checkIndex(rowIndex, weight.rows()) * weight.format().rowBytes(columns);
        decode(weight.format(), weight.data(), offsetBytes, row, 0, columns);
        return row;
    }

    /** Decodes the block at an offset to an index. */
    @FunctionalInterface
    private interface BlockDecoder {
        void decode(MemorySegment packed, long at, float[] out, int to);
    }

    private static BlockDecoder decoder(WeightFormat format) {
        return switch (format) {
            case F32 -> Dequantizer::f32;
            case F16 -> Dequantizer::f16;
            case BF16 -> Dequantizer::bf16;
            case Q4_0 -> Dequantizer::q4WithOffset;
            case Q4_1 -> Dequantizer::q4WithMinimum;
            case Q8_0 -> Dequantizer::q8;
        };
    }

    private static void f32(MemorySegment packed, long at, float[] out, int to) {
        out[to] = packed.get(FLOAT, at);
    }

    private static void f16(MemorySegment packed, long at, float[] out, int to) {
        out[to] = half(packed, at);
    }

    private static void bf16(MemorySegment packed, long at, float[] out, int to) {
        out[to] = Float.intBitsToFloat(packed.get(SHORT, at) << 16);
    }

    /** {@code [d:f16][16 bytes]}: byte i holds value i in its low half and value i+16 in its high half; d * (q - 8). */
    private static void q4WithOffset(MemorySegment packed, long at, float[] out, int to) {
        float scale = half(packed, at);
        for (int i = 0; i < HALF; i++) {
            int pair = packed.get(ValueLayout.JAVA_BYTE, at + 2 + i);
            out[to + i] = scale * ((pair & 0xF) - 8);
            out[to + HALF + i] = scale * (((pair >> 4) & 0xF) - 8);
        }
    }

    /** {@code [d:f16][m:f16][16 bytes]}, halves as in {@link #q4WithOffset}; d * q + m. */
    private static void q4WithMinimum(MemorySegment packed, long at, float[] out, int to) {
        float scale = half(packed, at);
        float minimum = half(packed, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = packed.get(ValueLayout.JAVA_BYTE, at + 4 + i);
            out[to + i] = scale * (pair & 0xF) + minimum;
            out[to + HALF + i] = scale * ((pair >> 4) & 0xF) + minimum;
        }
    }

    /** {@code [d:f16][32 signed bytes]}; d * q. */
    private static void q8(MemorySegment packed, long at, float[] out, int to) {
        float scale = half(packed, at);
        for (int i = 0; i < 2 * HALF; i++) {
            out[to + i] = scale * packed.get(ValueLayout.JAVA_BYTE, at + 2 + i);
        }
    }

    private static float half(MemorySegment packed, long at) {
        return Float.float16ToFloat(packed.get(SHORT, at));
    }
}
