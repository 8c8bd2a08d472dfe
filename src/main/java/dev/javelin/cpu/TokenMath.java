package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What happens to one token's vector between products: sums, norms, gates. Stateless. Element counts are padded to
 * {@link Lanes#PAD}; the padding of every weight is zero.
 */
final class TokenMath {
    private TokenMath() {}

    /** {@code x += y}. */
    static void add(long x, long y, int elementCount) {
        for (int i = 0; i < elementCount; i += Lanes.COUNT) {
            long at = (long) i * Float.BYTES;
            load(x + at).add(load(y + at)).intoMemorySegment(ALL, x + at, Lanes.ORDER);
        }
    }

    /**
     * RMS norm: {@code out = weight * x / sqrt(mean(x^2) + epsilon)}.
     *
     * @param elementCount how many elements the mean is over; what follows them up to the padding is zero
     */
    static void rmsNorm(long x, long weight, float epsilon, int elementCount, long out) {
        int padded = Lanes.padded(elementCount);
        FloatVector squares = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < padded; i += Lanes.COUNT) {
            FloatVector v = load(x + (long) i * Float.BYTES);
            squares = v.fma(v, squares);
        }
        float mean = squares.reduceLanes(VectorOperators.ADD) / elementCount;
        FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, (float) (1 / Math.sqrt((double) mean + epsilon)));
        for (int i = 0; i < padded; i += Lanes.COUNT) {
            long at = (long) i * Float.BYTES;
            load(x + at).mul(scale).mul(load(weight + at)).intoMemorySegment(ALL, out + at, Lanes.ORDER);
        }
    }

    /** RMS norm of one head, whose elements are not padded, in place. */
    static void headNorm(long head, long weight, float epsilon, int headDim) {
        float squares = 0;
        for (int i = 0; i < headDim; i++) {
            float v = RawMemory.floatAt(head + (long) i * Float.BYTES);
            squares = Math.fma(v, v, squares);
        }
        float scale = (float) (1 / Math.sqrt((double) squares / headDim + epsilon));
        for (int i = 0; i < headDim; i++) {
            long at = (long) i * Float.BYTES;
            RawMemory.putFloat(head + at, RawMemory.floatAt(head + at) * scale * RawMemory.floatAt(weight + at));
        }
    }

    /** {@code gate = gate / (1 + exp(-gate)) * up} (SiLU, Elfwing et al. 2017). */
    static void gateSilu(long gate, long up, int elementCount) {
        for (int i = 0; i < elementCount; i += Lanes.COUNT) {
            long at = (long) i * Float.BYTES;
            FloatVector g = load(gate + at);
            FloatVector x = g.neg();
            FloatVector shifted = FastExp.shifted(x);
            FloatVector p = FastExp.scaled(FastExp.series(FastExp.rest(x, shifted)), shifted);
            g.div(FastExp.bounded(p, x).add(1f)).mul(load(up + at)).intoMemorySegment(ALL, gate + at, Lanes.ORDER);
        }
    }

    private static FloatVector load(long address) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, address, Lanes.ORDER);
    }
}
