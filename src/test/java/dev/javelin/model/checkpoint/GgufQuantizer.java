package dev.javelin.model.checkpoint;

import dev.javelin.model.WeightFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Packs floats as GGML's reference quantisers do, byte for byte; for tests. Stateless, any thread. */
public final class GgufQuantizer {
    private static final int BLOCK = 32;

    private GgufQuantizer() {}

    /**
     * Packs whole blocks.
     *
     * @param values finite; a multiple of the format's block
     */
    public static byte[] quantize(WeightFormat format, float[] values) {
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(format.rowBytes(values.length)))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < values.length; at += format.blockElements()) {
            switch (format) {
                case F32 -> out.putFloat(values[at]);
                case F16 -> out.putShort(Float.floatToFloat16(values[at]));
                case BF16 -> out.putShort(bf16(values[at]));
                case Q4_0 -> q4WithOffset(values, at, out);
                case Q4_1 -> q4WithMinimum(values, at, out);
                case Q8_0 -> q8(values, at, out);
            }
        }
        return out.array();
    }

    /** Rounds to nearest, ties to even. */
    private static short bf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        int half = 0x7FFF + (bits >>> 16 & 1);
        return (short) ((bits + half) >>> 16);
    }

    /** The value of largest magnitude gets code 0, which stands for -8. */
    private static void q4WithOffset(float[] values, int at, ByteBuffer out) {
        float extreme = 0;
        for (int i = at; i < at + BLOCK; i++) {
            extreme = Math.abs(values[i]) > Math.abs(extreme) ? values[i] : extreme;
        }
        float scale = extreme / -8;
        float inverse = scale == 0 ? 0 : 1 / scale;
        out.putShort(Float.floatToFloat16(scale));
        for (int i = at; i < at + BLOCK / 2; i++) {
            int low = Math.clamp((int) (values[i] * inverse + 8.5f), 0, 15);
            int high = Math.clamp((int) (values[i + BLOCK / 2] * inverse + 8.5f), 0, 15);
            out.put((byte) (low | high << 4));
        }
    }

    private static void q4WithMinimum(float[] values, int at, ByteBuffer out) {
        float min = values[at];
        float max = values[at];
        for (int i = at; i < at + BLOCK; i++) {
            min = Math.min(min, values[i]);
            max = Math.max(max, values[i]);
        }
        float scale = (max - min) / 15;
        float inverse = scale == 0 ? 0 : 1 / scale;
        out.putShort(Float.floatToFloat16(scale)).putShort(Float.floatToFloat16(min));
        for (int i = at; i < at + BLOCK / 2; i++) {
            int low = Math.clamp((int) ((values[i] - min) * inverse + 0.5f), 0, 15);
            int high = Math.clamp((int) ((values[i + BLOCK / 2] - min) * inverse + 0.5f), 0, 15);
            out.put((byte) (low | high << 4));
        }
    }

    private static void q8(float[] values, int at, ByteBuffer out) {
        float max = 0;
        for (int i = at; i < at + BLOCK; i++) {
            max = Math.max(max, Math.abs(values[i]));
        }
        float scale = max / 127;
        float inverse = scale == 0 ? 0 : 1 / scale;
        out.putShort(Float.floatToFloat16(scale));
        for (int i = at; i < at + BLOCK; i++) {
            float code = values[i] * inverse;
            out.put((byte) (Math.signum(code) * Math.floor(Math.abs(code) + 0.5f)));
        }
    }
}
