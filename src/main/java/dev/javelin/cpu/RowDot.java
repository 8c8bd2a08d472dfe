package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of two unpacked rows with one, two or four tokens: the lanes run along the row. Stateless.
 *
 * <p>Geometry: rows lie {@code rowBytes} apart, tokens {@code tokenBytes} apart, both padded with zeros to
 * {@code columns}, a multiple of {@link Lanes#PAD}; the product of row r and token t goes to {@code y + t * outputBytes
 * + 4 r}. No more than 8 sums: see {@link PanelKernel} on C2's budget.
 */
final class RowDot {
    /** Rows of one call. */
    static final int ROWS = 2;

    private RowDot() {}

    static void oneToken(long rows, long rowBytes, int columns, long x, long y) {
        FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s1 = s0;
        for (int i = 0; i < columns; i += Lanes.COUNT) {
            long at = (long) i * Float.BYTES;
            FloatVector v = load(x + at);
            s0 = v.fma(load(rows + at), s0);
            s1 = v.fma(load(rows + rowBytes + at), s1);
        }
        put(y, s0, s1);
    }

    static void twoTokens(long rows, long rowBytes, int columns, long x, long tokenBytes, long y, long outputBytes) {
        FloatVector s00 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s01 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        for (int i = 0; i < columns; i += Lanes.COUNT) {
            long at = (long) i * Float.BYTES;
            FloatVector v0 = load(x + at);
            FloatVector v1 = load(x + tokenBytes + at);
            FloatVector w = load(rows + at);
            s00 = w.fma(v0, s00);
            s10 = w.fma(v1, s10);
            w = load(rows + rowBytes + at);
            s01 = w.fma(v0, s01);
            s11 = w.fma(v1, s11);
        }
        put(y, s00, s01);
        put(y + outputBytes, s10, s11);
    }

    static void fourTokens(long rows, long rowBytes, int columns, long x, long tokenBytes, long y, long outputBytes) {
        FloatVector s00 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s01 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s20 = s00;
        FloatVector s21 = s00;
        FloatVector s30 = s00;
        FloatVector s31 = s00;
        for (int i = 0; i < columns; i += Lanes.COUNT) {
            long at = (long) i * Float.BYTES;
            FloatVector w0 = load(rows + at);
            FloatVector w1 = load(rows + rowBytes + at);
            FloatVector v = load(x + at);
            s00 = w0.fma(v, s00);
            s01 = w1.fma(v, s01);
            v = load(x + tokenBytes + at);
            s10 = w0.fma(v, s10);
            s11 = w1.fma(v, s11);
            v = load(x + 2 * tokenBytes + at);
            s20 = w0.fma(v, s20);
            s21 = w1.fma(v, s21);
            v = load(x + 3 * tokenBytes + at);
            s30 = w0.fma(v, s30);
            s31 = w1.fma(v, s31);
        }
        put(y, s00, s01);
        put(y + outputBytes, s10, s11);
        put(y + 2 * outputBytes, s20, s21);
        put(y + 3 * outputBytes, s30, s31);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, address, Lanes.ORDER);
    }

    private static void put(long y, FloatVector s0, FloatVector s1) {
        RawMemory.putFloat(y, s0.reduceLanes(VectorOperators.ADD));
        RawMemory.putFloat(y + Float.BYTES, s1.reduceLanes(VectorOperators.ADD));
    }
}
