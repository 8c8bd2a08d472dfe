package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;

/**
 * Products of four rows with a tile of positions or tokens: the lanes are what the tile holds. Stateless.
 *
 * <pre>
 * rows  [4][columns]                         unpacked weights, or scaled queries
 * tile  [columns][one or two vectors]        transposed activations, or cached keys
 * out   [4][one or two vectors]
 * </pre>
 *
 * <p>Each step of the loop loads one column of the tile and multiplies it by four numbers spread over all lanes: four
 * by two keeps 8 sums in registers and needs 6 loads for 8 multiply-adds. Wider blocks of 16 sums were tried: C2's
 * inlining budget runs out, vectors are boxed, and the kernel is six times slower (16.6 against 102 GFLOP/s on a Zen 4
 * core).
 */
final class PanelKernel {
    /** Rows of one call. */
    static final int ROWS = 4;

    private static final long VECTOR_BYTES = (long) Lanes.COUNT * Float.BYTES;

    private PanelKernel() {}

    /**
     * Four rows by two vectors.
     *
     * @param rows rows follow each other without a gap
     * @param columns elements of a row
     * @param tile the first column's first lane
     * @param tileBytes bytes from column to column
     * @param out the first row's sums
     * @param outBytes bytes from row to row of {@code out}
     */
    static void fourByTwo(long rows, int columns, long tile, long tileBytes, long out, long outBytes) {
        FloatVector s0a = FloatVector.zero(Lanes.FLOATS);
        FloatVector s0b = s0a;
        FloatVector s1a = s0a;
        FloatVector s1b = s0a;
        FloatVector s2a = s0a;
        FloatVector s2b = s0a;
        FloatVector s3a = s0a;
        FloatVector s3b = s0a;
        long row = rows;
        long column = tile;
        long rowBytes = (long) columns * Float.BYTES;
        for (int i = 0; i < columns; i++) {
            FloatVector a = load(column);
            FloatVector b = load(column + VECTOR_BYTES);
            FloatVector w = spread(row);
            s0a = w.fma(a, s0a);
            s0b = w.fma(b, s0b);
            w = spread(row + rowBytes);
            s1a = w.fma(a, s1a);
            s1b = w.fma(b, s1b);
            w = spread(row + 2 * rowBytes);
            s2a = w.fma(a, s2a);
            s2b = w.fma(b, s2b);
            w = spread(row + 3 * rowBytes);
            s3a = w.fma(a, s3a);
            s3b = w.fma(b, s3b);
            row += Float.BYTES;
            column += tileBytes;
        }
        put(out, s0a, s0b);
        put(out + outBytes, s1a, s1b);
        put(out + 2 * outBytes, s2a, s2b);
        put(out + 3 * outBytes, s3a, s3b);
    }

    /** Four rows by one vector; the parameters are those of {@link #fourByTwo}. */
    static void fourByOne(long rows, int columns, long tile, long tileBytes, long out, long outBytes) {
        FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        long row = rows;
        long column = tile;
        long rowBytes = (long) columns * Float.BYTES;
        for (int i = 0; i < columns; i++) {
            FloatVector a = load(column);
            s0 = spread(row).fma(a, s0);
            s1 = spread(row + rowBytes).fma(a, s1);
            s2 = spread(row + 2 * rowBytes).fma(a, s2);
            s3 = spread(row + 3 * rowBytes).fma(a, s3);
            row += Float.BYTES;
            column += tileBytes;
        }
        s0.intoMemorySegment(ALL, out, Lanes.ORDER);
        s1.intoMemorySegment(ALL, out + outBytes, Lanes.ORDER);
        s2.intoMemorySegment(ALL, out + 2 * outBytes, Lanes.ORDER);
        s3.intoMemorySegment(ALL, out + 3 * outBytes, Lanes.ORDER);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, address, Lanes.ORDER);
    }

    private static FloatVector spread(long address) {
        return FloatVector.broadcast(Lanes.FLOATS, RawMemory.floatAt(address));
    }

    private static void put(long address, FloatVector a, FloatVector b) {
        a.intoMemorySegment(ALL, address, Lanes.ORDER);
        b.intoMemorySegment(ALL, address + VECTOR_BYTES, Lanes.ORDER);
    }
}
