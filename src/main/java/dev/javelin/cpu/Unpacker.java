package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import dev.javelin.model.WeightFormat;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Turns packed weights into floats, a row at a time. Stateless.
 *
 * <p>Every 16 elements go to a line of 64 bytes; lines are {@code strideBytes} apart: 64 makes a plain row, {@code 64 *
 * R} interleaves the row with R - 1 others. What is beyond the last column of the last line is zero. The slow twin is
 * {@link ScalarUnpacker}.
 */
final class Unpacker {
    private static final int LINE = Lanes.PAD;
    private static final int LINE_BYTES = LINE * Float.BYTES;

    private Unpacker() {}

    /**
     * Unpacks one row.
     *
     * @param format how the row is packed
     * @param source the row's address
     * @param columns elements of the row
     * @param target address of the first line, 64-byte aligned
     * @param strideBytes bytes from line to line
     */
    static void unpackRow(WeightFormat format, long source, int columns, long target, int strideBytes) {
        if (!Lanes.UNPACKS_BYTES) {
            ScalarUnpacker.unpackRow(format, source, columns, target, strideBytes);
            return;
        }
        switch (format) {
            case F32 -> f32(source, columns, target, strideBytes);
            case F16 -> f16(source, columns, target, strideBytes);
            case BF16 -> bf16(source, columns, target, strideBytes);
            case Q4_0 -> q40(source, columns, target, strideBytes);
            case Q4_1 -> q41(source, columns, target, strideBytes);
            case Q8_0 -> q80(source, columns, target, strideBytes);
        }
    }

    private static void f32(long source, int columns, long target, int strideBytes) {
        int lines = columns / LINE;
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < LINE; i += Lanes.COUNT) {
                FloatVector.fromMemorySegment(
                                Lanes.FLOATS, ALL, source + (long) (line * LINE + i) * Float.BYTES, Lanes.ORDER)
                        .intoMemorySegment(
                                ALL, target + (long) line * strideBytes + (long) i * Float.BYTES, Lanes.ORDER);
            }
        }
        ScalarUnpacker.unpackTail(WeightFormat.F32, source, columns, target, strideBytes);
    }

    /**
     * Half to single without a conversion instruction: exponent and mantissa move into a single's place, and one
     * product by 2^112 corrects the exponent's bias, subnormals included. Infinities become 65536 and above, which no
     * weight is.
     */
    static FloatVector halves(long address) {
        IntVector bits = shorts(address);
        return magnitudes(bits).or(bits.and(0x80000000)).reinterpretAsFloats();
    }

    private static IntVector magnitudes(IntVector bits) {
        IntVector placed = bits.and(0x7FFF).lanewise(VectorOperators.LSHL, 13);
        return placed.reinterpretAsFloats().mul(0x1p112f).reinterpretAsInts();
    }

    /** The upper halves of singles. */
    static FloatVector brainHalves(long address) {
        return shorts(address).lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /** Signed shorts as ints. */
    private static IntVector shorts(long address) {
        return (IntVector) ShortVector.fromMemorySegment(Lanes.SHORTS, ALL, address, Lanes.ORDER)
                .convertShape(VectorOperators.S2I, Lanes.INTS, 0);
    }

    private static void f16(long source, int columns, long target, int strideBytes) {
        int lines = columns / LINE;
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < LINE; i += Lanes.COUNT) {
                halves(source + (long) (line * LINE + i) * Short.BYTES)
                        .intoMemorySegment(
                                ALL, target + (long) line * strideBytes + (long) i * Float.BYTES, Lanes.ORDER);
            }
        }
        ScalarUnpacker.unpackTail(WeightFormat.F16, source, columns, target, strideBytes);
    }

    private static void bf16(long source, int columns, long target, int strideBytes) {
        int lines = columns / LINE;
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < LINE; i += Lanes.COUNT) {
                brainHalves(source + (long) (line * LINE + i) * Short.BYTES)
                        .intoMemorySegment(
                                ALL, target + (long) line * strideBytes + (long) i * Float.BYTES, Lanes.ORDER);
            }
        }
        ScalarUnpacker.unpackTail(WeightFormat.BF16, source, columns, target, strideBytes);
    }

    /** Unsigned bytes as ints. */
    static IntVector bytes(long address) {
        return (IntVector) ByteVector.fromMemorySegment(Lanes.BYTES, ALL, address, Lanes.ORDER)
                .convertShape(VectorOperators.ZERO_EXTEND_B2I, Lanes.INTS, 0);
    }

    /** Signed bytes as floats. */
    static FloatVector signedBytes(long address) {
        return (FloatVector) ByteVector.fromMemorySegment(Lanes.BYTES, ALL, address, Lanes.ORDER)
                .convertShape(VectorOperators.B2I, Lanes.INTS, 0)
                .convert(VectorOperators.I2F, 0);
    }

    private static void q40(long source, int columns, long target, int strideBytes) {
        long line = target;
        for (int block = 0; block < columns / 32; block++) {
            long packed = source + block * 18L;
            float scale = RawMemory.halfAt(packed);
            nibbles(packed + 2, scale, -8 * scale, line, strideBytes);
            line += 2L * strideBytes;
        }
    }

    private static void q41(long source, int columns, long target, int strideBytes) {
        long line = target;
        for (int block = 0; block < columns / 32; block++) {
            long packed = source + block * 20L;
            nibbles(packed + 4, RawMemory.halfAt(packed), RawMemory.halfAt(packed + 2), line, strideBytes);
            line += 2L * strideBytes;
        }
    }

    private static void nibbles(long packed, float scale, float minimum, long line, int strideBytes) {
        FloatVector scales = FloatVector.broadcast(Lanes.FLOATS, scale);
        FloatVector minimums = FloatVector.broadcast(Lanes.FLOATS, minimum);
        for (int i = 0; i < 16; i += Lanes.COUNT) {
            IntVector pairs = bytes(packed + i);
            long to = line + (long) i * Float.BYTES;
            ((FloatVector) pairs.and(15).convert(VectorOperators.I2F, 0))
                    .fma(scales, minimums)
                    .intoMemorySegment(ALL, to, Lanes.ORDER);
            ((FloatVector) pairs.lanewise(VectorOperators.LSHR, 4).convert(VectorOperators.I2F, 0))
                    .fma(scales, minimums)
                    .intoMemorySegment(ALL, to + strideBytes, Lanes.ORDER);
        }
    }

    private static void q80(long source, int columns, long target, int strideBytes) {
        long line = target;
        for (int block = 0; block < columns / 32; block++) {
            long packed = source + block * 34L;
            FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, RawMemory.halfAt(packed));
            for (int half = 0; half < 2; half++) {
                for (int i = 0; i < LINE; i += Lanes.COUNT) {
                    signedBytes(packed + 2 + (long) half * LINE + i)
                            .mul(scale)
                            .intoMemorySegment(ALL, line + (long) i * Float.BYTES, Lanes.ORDER);
                }
                line += strideBytes;
            }
        }
    }

    /** Zeroes lines {@code [from, to)} of a row. */
    static void zeroLines(long target, int from, int to, int strideBytes) {
        for (int line = from; line < to; line++) {
            for (int i = 0; i < LINE_BYTES; i += Float.BYTES) {
                ALL.set(ValueLayout.JAVA_FLOAT, target + (long) line * strideBytes + i, 0f);
            }
        }
    }
}
