package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Passes over a row of logits. Stateless; a row is [vocabulary] floats, aligned and padded. */
final class LogitMath {
    /** Vectors whose exponentials are summed in single precision before they join a double. */
    private static final int GROUP_VECTORS = 32;

    private LogitMath() {}

    /** The largest logit, or NaN if any is not a finite number. */
    static float finiteMax(long logits, int vocabularyTokens) {
        FloatVector most = FloatVector.broadcast(Lanes.FLOATS, Float.NEGATIVE_INFINITY);
        FloatVector zeros = FloatVector.zero(Lanes.FLOATS);
        int whole = vocabularyTokens / Lanes.COUNT * Lanes.COUNT;
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            FloatVector v = load(logits, i);
            // infinity and NaN times zero are NaN, and stay NaN in the sum
            zeros = v.fma(0f, 0f).add(zeros);
            most = most.blend(v, v.compare(VectorOperators.GT, most));
        }
        float result = most.reduceLanes(VectorOperators.MAX);
        float check = zeros.reduceLanes(VectorOperators.ADD);
        for (int i = whole; i < vocabularyTokens; i++) {
            float v = RawMemory.floatAt(logits + (long) i * Float.BYTES);
            check += v * 0f;
            result = Math.max(result, v);
        }
        return check == 0f ? result : Float.NaN;
    }

    /** The first index that holds a value. */
    static int indexOf(long logits, int vocabularyTokens, float value) {
        int whole = vocabularyTokens / Lanes.COUNT * Lanes.COUNT;
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            VectorMask<Float> found = load(logits, i).compare(VectorOperators.EQ, value);
            if (found.anyTrue()) {
                return i + found.firstTrue();
            }
        }
        for (int i = whole; i < vocabularyTokens; i++) {
            if (RawMemory.floatAt(logits + (long) i * Float.BYTES) == value) {
                return i;
            }
        }
        throw new IllegalStateException("no logit is " + value);
    }

    /** {@code log(sum(exp(logit)))}. */
    static double logSumExp(long logits, int vocabularyTokens, float most) {
        int whole = vocabularyTokens / Lanes.COUNT * Lanes.COUNT;
        double total = 0;
        FloatVector sum = FloatVector.zero(Lanes.FLOATS);
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            FloatVector x = load(logits, i).sub(most);
            FloatVector shifted = FastExp.shifted(x);
            FloatVector p = FastExp.scaled(FastExp.series(FastExp.rest(x, shifted)), shifted);
            sum = sum.add(FastExp.bounded(p, x));
            if (i / Lanes.COUNT % GROUP_VECTORS == GROUP_VECTORS - 1) {
                total += sum.reduceLanes(VectorOperators.ADD);
                sum = FloatVector.zero(Lanes.FLOATS);
            }
        }
        total += sum.reduceLanes(VectorOperators.ADD);
        for (int i = whole; i < vocabularyTokens; i++) {
            total += FastExp.exp(RawMemory.floatAt(logits + (long) i * Float.BYTES) - most);
        }
        return most + Math.log(total);
    }

    /**
     * The likeliest tokens, likeliest first, the smaller id among equals.
     *
     * @param topTokenIds receives the ids, as many as it holds
     */
    static void top(long logits, int vocabularyTokens, int[] topTokenIds) {
        int count = 0;
        float least = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < vocabularyTokens; i += Lanes.COUNT) {
            int lanes = Math.min(Lanes.COUNT, vocabularyTokens - i);
            boolean whole = lanes == Lanes.COUNT && count == topTokenIds.length;
            if (whole && !load(logits, i).compare(VectorOperators.GT, least).anyTrue()) {
                continue;
            }
            for (int id = i; id < i + lanes; id++) {
                count = insert(logits, id, topTokenIds, count);
            }
            least = RawMemory.floatAt(logits + (long) topTokenIds[count - 1] * Float.BYTES);
        }
    }

    /** Puts an id where it belongs, if it does; ids come in ascending order, so equals stay behind. */
    private static int insert(long logits, int id, int[] topTokenIds, int count) {
        float value = RawMemory.floatAt(logits + (long) id * Float.BYTES);
        int at = count;
        while (at > 0 && RawMemory.floatAt(logits + (long) topTokenIds[at - 1] * Float.BYTES) < value) {
            at--;
        }
        if (at == topTokenIds.length) {
            return count;
        }
        int newCount = Math.min(count + 1, topTokenIds.length);
        System.arraycopy(topTokenIds, at, topTokenIds, at + 1, newCount - at - 1);
        topTokenIds[at] = id;
        return newCount;
    }

    /**
     * Weights of a softmax that is not normalised: {@code exp((logit - most) / temperature)}.
     *
     * @param logits changed logits, -infinity where a token is out
     * @param weights receives the weights
     */
    static void weights(float[] logits, int vocabularyTokens, float most, float temperature, float[] weights) {
        FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, 1 / temperature);
        int whole = vocabularyTokens / Lanes.COUNT * Lanes.COUNT;
        for (int i = 0; i < whole; i += Lanes.COUNT) {
            FloatVector x =
                    FloatVector.fromArray(Lanes.FLOATS, logits, i).sub(most).mul(scale);
            FloatVector shifted = FastExp.shifted(x);
            FloatVector p = FastExp.scaled(FastExp.series(FastExp.rest(x, shifted)), shifted);
            FastExp.bounded(p, x).intoArray(weights, i);
        }
        for (int i = whole; i < vocabularyTokens; i++) {
            weights[i] = FastExp.exp((logits[i] - most) * (1 / temperature));
        }
    }

    private static FloatVector load(long logits, int index) {
        return FloatVector.fromMemorySegment(Lanes.FLOATS, ALL, logits + (long) index * Float.BYTES, Lanes.ORDER);
    }
}
