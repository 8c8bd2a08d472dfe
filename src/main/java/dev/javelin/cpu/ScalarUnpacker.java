package dev.javelin.cpu;

import dev.javelin.model.WeightFormat;
import java.lang.foreign.ValueLayout;

/**
 * Unpacks weights one by one: the slow twin of {@link Unpacker}, and its stand-in for rows' ends and for machines
 * without vectors of 256 bits. Stateless.
 */
final class ScalarUnpacker {
    private static final int LINE = Lanes.PAD;

    private ScalarUnpacker() {}

    /** See {@link Unpacker#unpackRow}. */
    static void unpackRow(WeightFormat format, long source, int columns, long target, int strideBytes) {
        unpack(format, source, 0, columns, target, strideBytes);
    }

    /** Unpacks the elements of a row's last, incomplete line, if there is one. */
    static void unpackTail(WeightFormat format, long source, int columns, long target, int strideBytes) {
        unpack(format, source, columns / LINE * LINE, columns, target, strideBytes);
    }

    private static void unpack(
            WeightFormat format, long source, int fromColumn, int columns, long target, int strideBytes) {
        for (int column = fromColumn; column < Lanes.padded(columns); column++) {
            float value = column < columns ? element(format, source, column) : 0f;
            long line = target + (long) (column / LINE) * strideBytes;
            RawMemory.putFloat(line + (long) (column % LINE) * Float.BYTES, value);
        }
    }

    /** One element of a row. */
    static float element(WeightFormat format, long row, int column) {
        long block = row + (long) (column / format.blockElements()) * format.blockBytes();
        int i = column % format.blockElements();
        return switch (format) {
            case F32 -> RawMemory.ALL.get(ValueLayout.JAVA_FLOAT_UNALIGNED, block);
            case F16 -> RawMemory.halfAt(block);
            case BF16 -> Float.intBitsToFloat(RawMemory.shortAt(block) << 16);
            case Q4_0 -> RawMemory.halfAt(block) * (nibble(block + 2, i) - 8);
            case Q4_1 -> Math.fma(RawMemory.halfAt(block), nibble(block + 4, i), RawMemory.halfAt(block + 2));
            case Q8_0 -> RawMemory.halfAt(block) * RawMemory.ALL.get(ValueLayout.JAVA_BYTE, block + 2 + i);
        };
    }

    private static int nibble(long address, int i) {
        int pair = RawMemory.ALL.get(ValueLayout.JAVA_BYTE, address + (i & 15));
        return i < 16 ? pair & 15 : (pair >>> 4) & 15;
    }
}
