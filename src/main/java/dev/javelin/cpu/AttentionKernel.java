package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The inner loops of attention over one block of keys and values; scores are {@link PanelKernel}'s. Stateless.
 *
 * <p>Four query vectors are taken at a time, so that each vector of keys or values that is loaded serves four
 * multiply-adds; heads that share a key head come as neighbours.
 */
final class AttentionKernel {
    /** Query vectors of one call. */
    static final int VECTORS = 4;

    private AttentionKernel() {}

    /**
     * Adds four weighted sums of values to one vector of elements each.
     *
     * @param weights [4][weightBytes], from the first position
     * @param positions how many positions
     * @param values [positions][valueStrideBytes], from the first element
     * @param out [4][outBytes], from the first element
     */
    static void weigh(
            long weights,
            long weightBytes,
            int positions,
            long values,
            long valueStrideBytes,
            long out,
            long outBytes) {
        FloatVector s0 = load(out);
        FloatVector s1 = load(out + outBytes);
        FloatVector s2 = load(out + 2 * outBytes);
        FloatVector s3 = load(out + 3 * outBytes);
        long weight = weights;
        long value = values;
        for (int i = 0; i < positions; i++) {
            FloatVector v = load(value);
            s0 = spread(weight).fma(v, s0);
            s1 = spread(weight + weightBytes).fma(v, s1);
            s2 = spread(weight + 2 * weightBytes).fma(v, s2);
            s3 = spread(weight + 3 * weightBytes).fma(v, s3);
            weight += Float.BYTES;
            value += valueStrideBytes;
        }
        s0.intoMemorySegment(ALL, out, Lanes.ORDER);
        s1.intoMemorySegment(ALL, out + outBytes, Lanes.ORDER);
        s2.intoMemorySegment(ALL, out + 2 * outBytes, Lanes.ORDER);
        s3.intoMemorySegment(ALL, out + 3 * outBytes, Lanes.ORDER);
    }

    /** The largest of the scores {@code [from, to)}; what lies outside, up to {@code count}, becomes -infinity. */
    static float maskedMax(long scores, int from, int to, int count) {
        FloatVector most = FloatVector.broadcast(Lanes.FLOATS, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < count; i += Lanes.COUNT) {
            long at = scores + (long) i * Float.BYTES;
            FloatVector s = load(at);
            if (i < from || i + Lanes.COUNT > to) {
                VectorMask<Float> outside = Lanes.IOTA
                        .compare(VectorOperators.LT, from - i)
                        .or(Lanes.IOTA.compare(VectorOperators.GE, to - i))
                        .cast(Lanes.FLOATS);
                s = s.blend(Float.NEGATIVE_INFINITY, outside);
                s.intoMemorySegment(ALL, at, Lanes.ORDER);
            }
            most = most.max(s);
        }
        return most.reduceLanes(VectorOperators.MAX);
    }

    /** Replaces each score by {@code exp(score - most)} and returns their sum. */
    static float exponentials(long scores, float most, int count) {
        FloatVector sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < count; i += Lanes.COUNT) {
            long at = scores + (long) i * Float.BYTES;
            FloatVector x = load(at).sub(most);
            FloatVector shifted = FastExp.shifted(x);
            FloatVector p = FastExp.scaled(FastExp.series(FastExp.rest(x, shifted)), shifted);
            p = FastExp.bounded(p, x);
            p.intoMemorySegment(ALL, at, Lanes.ORDER);
            sum = sum.add(p);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /** {@code x *= factor}. */
    static void scale(long x, float factor, int elementCount) {
        for (int i = 0; i < elementCount; i += Lanes.COUNT) {
            long at = x + (long) i * Float.BYTES;
            load(at).mul(factor).intoMemorySegment(ALL, at, Lanes.ORDER);
        }
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, address, Lanes.ORDER);
    }

    private static FloatVector spread(long address) {
        return FloatVector.broadcast(Lanes.FLOATS, RawMemory.floatAt(address));
    }
}
