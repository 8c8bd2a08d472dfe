package dev.javelin.backend;

import dev.javelin.model.WeightFormat;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Packs floats in every {@link WeightFormat} and reads them back one by one: plain code for tests. Stateless. */
public final class PackedNumbers {
    private PackedNumbers() {}

    /** Packs rows of {@code columns} values into native memory. */
    public static MemorySegment pack(float[] values, int columns, WeightFormat format) {
        int rows = values.length / columns;
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(rows * format.rowBytes(columns)))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < values.length; at += format.blockElements()) {
            packBlock(values, at, format, bytes);
        }
        MemorySegment segment = Arena.ofAuto().allocate(bytes.capacity(), 64);
        segment.copyFrom(MemorySegment.ofArray(bytes.array()));
        return segment.asReadOnly();
    }

    private static void packBlock(float[] values, int at, WeightFormat format, ByteBuffer bytes) {
        switch (format) {
            case F32 -> bytes.putFloat(values[at]);
            case F16 -> bytes.putShort(Float.floatToFloat16(values[at]));
            case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(values[at]) >>> 16));
            case Q4_0 -> {
                float scale = largest(values, at) / 7;
                bytes.putShort(Float.floatToFloat16(scale));
                packNibbles(values, at, scale, -8 * scale, bytes);
            }
            case Q4_1 -> {
                float least = Float.POSITIVE_INFINITY;
                float most = Float.NEGATIVE_INFINITY;
                for (int i = 0; i < 32; i++) {
                    least = Math.min(least, values[at + i]);
                    most = Math.max(most, values[at + i]);
                }
                bytes.putShort(Float.floatToFloat16((most - least) / 15));
                bytes.putShort(Float.floatToFloat16(least));
                packNibbles(values, at, (most - least) / 15, least, bytes);
            }
            case Q8_0 -> {
                float scale = largest(values, at) / 127;
                bytes.putShort(Float.floatToFloat16(scale));
                for (int i = 0; i < 32; i++) {
                    bytes.put((byte) Math.round(scale == 0 ? 0 : values[at + i] / scale));
                }
            }
        }
    }

    private static float largest(float[] values, int at) {
        float most = 0;
        for (int i = 0; i < 32; i++) {
            most = Math.max(most, Math.abs(values[at + i]));
        }
        return most;
    }

    private static void packNibbles(float[] values, int at, float scale, float offset, ByteBuffer bytes) {
        for (int i = 0; i < 16; i++) {
            int low = nibble(values[at + i], scale, offset);
            int high = nibble(values[at + i + 16], scale, offset);
            bytes.put((byte) (high << 4 | low));
        }
    }

    private static int nibble(float value, float scale, float offset) {
        return scale == 0 ? 0 : Math.clamp(Math.round((value - offset) / scale), 0, 15);
    }

    /** One element of a packed matrix. */
    public static double element(MemorySegment data, WeightFormat format, long columns, long row, long column) {
        long block = row * format.rowBytes(columns) + column / format.blockElements() * format.blockBytes();
        int i = (int) (column % format.blockElements());
        return switch (format) {
            case F32 -> data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, block);
            case F16 -> half(data, block);
            case BF16 -> Float.intBitsToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, block) << 16);
            case Q4_0 -> half(data, block) * (nibble(data, block + 2, i) - 8);
            case Q4_1 -> half(data, block) * nibble(data, block + 4, i) + half(data, block + 2);
            case Q8_0 -> half(data, block) * data.get(ValueLayout.JAVA_BYTE, block + 2 + i);
        };
    }

    private static double half(MemorySegment data, long at) {
        return Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
    }

    private static int nibble(MemorySegment data, long at, int i) {
        int pair = data.get(ValueLayout.JAVA_BYTE, at + i % 16) & 0xFF;
        return i < 16 ? pair % 16 : pair / 16;
    }
}
