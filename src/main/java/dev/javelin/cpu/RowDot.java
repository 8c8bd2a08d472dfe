package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of four unpacked rows with one, two or four tokens: the lanes run along the row. Stateless.
 *
 * <p>Geometry: rows lie {@code rowBytes} apart, tokens {@code tokenBytes} apart, both padded with zeros to
 * {@code columns}, a multiple of {@link Lanes#PAD}; the product of row r and token t goes to {@code y + t * outputBytes
 * + 4 r}. Four rows by four tokens keep 16 sums in registers and load 8 vectors for 16 multiply-adds.
 */
final class RowDot {
    /** Rows of one call. */
    static final int ROWS = 4;

    private RowDot() {}

    static void oneToken(long rows, long rowBytes, int columns, long x, long y) {
        FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        for (int i = 0; i < columns; i += Lanes.COUNT) {
            long at = (long) i * Float.BYTES;
            FloatVector v = load(x + at);
            s0 = v.fma(load(rows + at), s0);
            s1 = v.fma(load(rows + rowBytes + at), s1);
            s2 = v.fma(load(rows + 2 * rowBytes + at), s2);
            s3 = v.fma(load(rows + 3 * rowBytes + at), s3);
        }
        put(y, s0, s1, s2, s3);
    }

    static void twoTokens(long rows, long rowBytes, int columns, long x, long tokenBytes, long y, long outputBytes) {
        FloatVector s00 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s12 = s00;
        FloatVector s13 = s00;
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
            w = load(rows + 2 * rowBytes + at);
            s02 = w.fma(v0, s02);
            s12 = w.fma(v1, s12);
            w = load(rows + 3 * rowBytes + at);
            s03 = w.fma(v0, s03);
            s13 = w.fma(v1, s13);
        }
        put(y, s00, s01, s02, s03);
        put(y + outputBytes, s10, s11, s12, s13);
    }

    static void fourTokens(long rows, long rowBytes, int columns, long x, long tokenBytes, long y, long outputBytes) {
        FloatVector s00 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s01 = s00;
        FloatVector s02 = s00;
        FloatVector s03 = s00;
        FloatVector s10 = s00;
        FloatVector s11 = s00;
        FloatVector s12 = s00;
        FloatVector s13 = s00;
        FloatVector s20 = s00;
        FloatVector s21 = s00;
        FloatVector s22 = s00;
        FloatVector s23 = s00;
        FloatVector s30 = s00;
        FloatVector s31 = s00;
        FloatVector s32 = s00;
        FloatVector s33 = s00;
        for (int i = 0; i < columns; i += Lanes.COUNT) {
            long at = (long) i * Float.BYTES;
            FloatVector v0 = load(x + at);
            FloatVector v1 = load(x + tokenBytes + at);
            FloatVector v2 = load(x + 2 * tokenBytes + at);
            FloatVector v3 = load(x + 3 * tokenBytes + at);
            FloatVector w = load(rows + at);
            s00 = w.fma(v0, s00);
            s10 = w.fma(v1, s10);
            s20 = w.fma(v2, s20);
            s30 = w.fma(v3, s30);
            w = load(rows + rowBytes + at);
            s01 = w.fma(v0, s01);
            s11 = w.fma(v1, s11);
            s21 = w.fma(v2, s21);
            s31 = w.fma(v3, s31);
            w = load(rows + 2 * rowBytes + at);
            s02 = w.fma(v0, s02);
            s12 = w.fma(v1, s12);
            s22 = w.fma(v2, s22);
            s32 = w.fma(v3, s32);
            w = load(rows + 3 * rowBytes + at);
            s03 = w.fma(v0, s03);
            s13 = w.fma(v1, s13);
            s23 = w.fma(v2, s23);
            s33 = w.fma(v3, s33);
        }
        put(y, s00, s01, s02, s03);
        put(y + outputBytes, s10, s11, s12, s13);
        put(y + 2 * outputBytes, s20, s21, s22, s23);
        put(y + 3 * outputBytes, s30, s31, s32, s33);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, address, Lanes.ORDER);
    }

    private static void put(long y, FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        RawMemory.putFloat(y, s0.reduceLanes(VectorOperators.ADD));
        RawMemory.putFloat(y + 4, s1.reduceLanes(VectorOperators.ADD));
        RawMemory.putFloat(y + 8, s2.reduceLanes(VectorOperators.ADD));
        RawMemory.putFloat(y + 12, s3.reduceLanes(VectorOperators.ADD));
    }
}
