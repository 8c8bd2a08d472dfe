package dev.javelin.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The reference decoders: plain loops, bit for bit what GGML's own reference gives. Stateless.
 *
 * <p>Every arithmetic step is one float operation, in the order of the reference; nothing is fused, so that two
 * implementations can be compared by equality.
 */
final class BlockDecoders {
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int HALF = 16;

    private BlockDecoders() {}

    static void f32(MemorySegment packed, long at, float[] out, int to) {
        out[to] = packed.get(FLOAT, at);
    }

    static void f16(MemorySegment packed, long at, float[] out, int to) {
        out[to] = half(packed, at);
    }

    static void bf16(MemorySegment packed, long at, float[] out, int to) {
        out[to] = Float.intBitsToFloat(packed.get(SHORT, at) << 16);
    }

    /** {@code [d:f16][16 bytes]}: byte i holds value i in its low half and value i+16 in its high half; d * (q - 8). */
    static void q4WithOffset(MemorySegment packed, long at, float[] out, int to) {
        float scale = half(packed, at);
        for (int i = 0; i < HALF; i++) {
            int pair = packed.get(ValueLayout.JAVA_BYTE, at + 2 + i);
            out[to + i] = scale * ((pair & 0xF) - 8);
            out[to + HALF + i] = scale * (((pair >> 4) & 0xF) - 8);
        }
    }

    /** {@code [d:f16][m:f16][16 bytes]}, halves as in {@link #q4WithOffset}; d * q + m. */
    static void q4WithMinimum(MemorySegment packed, long at, float[] out, int to) {
        float scale = half(packed, at);
        float minimum = half(packed, at + 2);
        for (int i = 0; i < HALF; i++) {
            int pair = packed.get(ValueLayout.JAVA_BYTE, at + 4 + i);
            out[to + i] = scale * (pair & 0xF) + minimum;
            out[to + HALF + i] = scale * ((pair >> 4) & 0xF) + minimum;
        }
    }

    /** {@code [d:f16][32 signed bytes]}; d * q. */
    static void q8(MemorySegment packed, long at, float[] out, int to) {
        float scale = half(packed, at);
        for (int i = 0; i < 2 * HALF; i++) {
            out[to + i] = scale * packed.get(ValueLayout.JAVA_BYTE, at + 2 + i);
        }
    }

    private static float half(MemorySegment packed, long at) {
        return Float.float16ToFloat(packed.get(SHORT, at));
    }
}
