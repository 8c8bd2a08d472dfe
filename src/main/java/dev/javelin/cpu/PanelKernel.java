package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;

/**
 * Products of eight unpacked rows with a tile of tokens: the lanes are tokens. Stateless.
 *
 * <pre>
 * panel  [lines][8 rows][16]   16 columns of each row in turn: one pointer reaches all eight
 * tile   [lines * 16][tokens]  the activations, transposed; tokens is one or two vectors
 * out    [8 rows][tokens]
 * </pre>
 *
 * <p>Each step of the loop loads one column of the tile and multiplies it by eight weights spread over all lanes: eight
 * by two keeps 16 sums in registers and needs 10 loads for 16 multiply-adds. The tile is wide where there are tokens
 * enough; {@link #eightByNarrow} serves up to eight tokens on machines with 512-bit vectors, whose half is as fast.
 */
final class PanelKernel {
    /** Rows of one call. */
    static final int ROWS = 8;

    /** Tokens of the narrow kernel. */
    static final int NARROW_TOKENS = 8;

    private static final long LINE_BYTES = (long) Lanes.PAD * Float.BYTES;
    private static final long VECTOR_BYTES = (long) Lanes.COUNT * Float.BYTES;
    private static final long NARROW_BYTES = (long) NARROW_TOKENS * Float.BYTES;

    private PanelKernel() {}

    /** Eight rows by two vectors of tokens. */
    static void eightByTwo(long panel, long tile, int lines, long out) {
        FloatVector s0a = FloatVector.zero(Lanes.FLOATS);
        FloatVector s0b = s0a;
        FloatVector s1a = s0a;
        FloatVector s1b = s0a;
        FloatVector s2a = s0a;
        FloatVector s2b = s0a;
        FloatVector s3a = s0a;
        FloatVector s3b = s0a;
        FloatVector s4a = s0a;
        FloatVector s4b = s0a;
        FloatVector s5a = s0a;
        FloatVector s5b = s0a;
        FloatVector s6a = s0a;
        FloatVector s6b = s0a;
        FloatVector s7a = s0a;
        FloatVector s7b = s0a;
        long w = panel;
        long x = tile;
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < Lanes.PAD; i++) {
                FloatVector a = load(x);
                FloatVector b = load(x + VECTOR_BYTES);
                FloatVector v = spread(w);
                s0a = v.fma(a, s0a);
                s0b = v.fma(b, s0b);
                v = spread(w + LINE_BYTES);
                s1a = v.fma(a, s1a);
                s1b = v.fma(b, s1b);
                v = spread(w + 2 * LINE_BYTES);
                s2a = v.fma(a, s2a);
                s2b = v.fma(b, s2b);
                v = spread(w + 3 * LINE_BYTES);
                s3a = v.fma(a, s3a);
                s3b = v.fma(b, s3b);
                v = spread(w + 4 * LINE_BYTES);
                s4a = v.fma(a, s4a);
                s4b = v.fma(b, s4b);
                v = spread(w + 5 * LINE_BYTES);
                s5a = v.fma(a, s5a);
                s5b = v.fma(b, s5b);
                v = spread(w + 6 * LINE_BYTES);
                s6a = v.fma(a, s6a);
                s6b = v.fma(b, s6b);
                v = spread(w + 7 * LINE_BYTES);
                s7a = v.fma(a, s7a);
                s7b = v.fma(b, s7b);
                w += Float.BYTES;
                x += 2 * VECTOR_BYTES;
            }
            w += 7 * LINE_BYTES;
        }
        put(out, s0a, s0b, s1a, s1b);
        put(out + 4 * VECTOR_BYTES, s2a, s2b, s3a, s3b);
        put(out + 8 * VECTOR_BYTES, s4a, s4b, s5a, s5b);
        put(out + 12 * VECTOR_BYTES, s6a, s6b, s7a, s7b);
    }

    /** Eight rows by one vector of tokens. */
    static void eightByOne(long panel, long tile, int lines, long out) {
        FloatVector s0 = FloatVector.zero(Lanes.FLOATS);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        long w = panel;
        long x = tile;
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < Lanes.PAD; i++) {
                FloatVector a = load(x);
                s0 = spread(w).fma(a, s0);
                s1 = spread(w + LINE_BYTES).fma(a, s1);
                s2 = spread(w + 2 * LINE_BYTES).fma(a, s2);
                s3 = spread(w + 3 * LINE_BYTES).fma(a, s3);
                s4 = spread(w + 4 * LINE_BYTES).fma(a, s4);
                s5 = spread(w + 5 * LINE_BYTES).fma(a, s5);
                s6 = spread(w + 6 * LINE_BYTES).fma(a, s6);
                s7 = spread(w + 7 * LINE_BYTES).fma(a, s7);
                w += Float.BYTES;
                x += VECTOR_BYTES;
            }
            w += 7 * LINE_BYTES;
        }
        put(out, s0, s1, s2, s3);
        put(out + 4 * VECTOR_BYTES, s4, s5, s6, s7);
    }

    /** Eight rows by eight tokens. */
    static void eightByNarrow(long panel, long tile, int lines, long out) {
        FloatVector s0 = FloatVector.zero(FloatVector.SPECIES_256);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        FloatVector s4 = s0;
        FloatVector s5 = s0;
        FloatVector s6 = s0;
        FloatVector s7 = s0;
        long w = panel;
        long x = tile;
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < Lanes.PAD; i++) {
                FloatVector a = loadNarrow(x);
                s0 = spreadNarrow(w).fma(a, s0);
                s1 = spreadNarrow(w + LINE_BYTES).fma(a, s1);
                s2 = spreadNarrow(w + 2 * LINE_BYTES).fma(a, s2);
                s3 = spreadNarrow(w + 3 * LINE_BYTES).fma(a, s3);
                s4 = spreadNarrow(w + 4 * LINE_BYTES).fma(a, s4);
                s5 = spreadNarrow(w + 5 * LINE_BYTES).fma(a, s5);
                s6 = spreadNarrow(w + 6 * LINE_BYTES).fma(a, s6);
                s7 = spreadNarrow(w + 7 * LINE_BYTES).fma(a, s7);
                w += Float.BYTES;
                x += NARROW_BYTES;
            }
            w += 7 * LINE_BYTES;
        }
        putNarrow(out, s0, s1, s2, s3);
        putNarrow(out + 4 * NARROW_BYTES, s4, s5, s6, s7);
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, address, Lanes.ORDER);
    }

    private static FloatVector loadNarrow(long address) {
        return FloatVector.fromMemorySegment(FloatVector.SPECIES_256, ALL, address, Lanes.ORDER);
    }

    private static FloatVector spread(long address) {
        return FloatVector.broadcast(Lanes.FLOATS, RawMemory.floatAt(address));
    }

    private static FloatVector spreadNarrow(long address) {
        return FloatVector.broadcast(FloatVector.SPECIES_256, RawMemory.floatAt(address));
    }

    private static void put(long address, FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        s0.intoMemorySegment(ALL, address, Lanes.ORDER);
        s1.intoMemorySegment(ALL, address + VECTOR_BYTES, Lanes.ORDER);
        s2.intoMemorySegment(ALL, address + 2 * VECTOR_BYTES, Lanes.ORDER);
        s3.intoMemorySegment(ALL, address + 3 * VECTOR_BYTES, Lanes.ORDER);
    }

    private static void putNarrow(long address, FloatVector s0, FloatVector s1, FloatVector s2, FloatVector s3) {
        s0.intoMemorySegment(ALL, address, Lanes.ORDER);
        s1.intoMemorySegment(ALL, address + NARROW_BYTES, Lanes.ORDER);
        s2.intoMemorySegment(ALL, address + 2 * NARROW_BYTES, Lanes.ORDER);
        s3.intoMemorySegment(ALL, address + 3 * NARROW_BYTES, Lanes.ORDER);
    }
}
