package dev.javelin.cpu;

import dev.javelin.generation.SamplingParams;
import java.util.Arrays;

/**
 * Draws one token from weights that are not normalised. Confined to one worker; its arrays are reused.
 *
 * <p>What is kept follows {@link SamplingParams}: weights below {@code minP} times the largest go first; of the rest
 * the {@code topK} largest stay (the smaller id among equals); of those, largest first, the shortest prefix whose sum
 * reaches {@code topP} times the sum of what {@code topK} left. The draw walks what is left by ascending id and takes
 * the first token at which the running sum exceeds {@code uniform} times the whole.
 *
 * <p>Ordering a whole vocabulary would cost more than a small model's layer, so only tokens above a cut are ordered,
 * and the cut is lowered until what it leaves out cannot matter.
 */
final class TokenChooser {
    private static final float[] CUTS = {1e-3f, 1e-6f, 0f};
    private static final long ID_BITS = 0xFFFFFFFFL;

    private final float[] weights;
    private final long[] candidates;

    TokenChooser(int vocabularyTokens) {
        weights = new float[vocabularyTokens];
        candidates = new long[vocabularyTokens];
    }

    /**
     * Draws a token.
     *
     * @param logits changed logits, -infinity where a token is out
     * @param most the largest of them
     * @param params temperature above 0, and what is kept
     * @param uniform from 0 inclusive to 1 exclusive
     */
    int draw(float[] logits, float most, SamplingParams params, double uniform) {
        LogitMath.weights(logits, weights.length, most, (float) params.temperature(), weights);
        float least = (float) params.minP();
        double sum = 0;
        int count = 0;
        for (int id = 0; id < weights.length; id++) {
            // a weight that is not above zero can never be drawn
            if (weights[id] < least || weights[id] == 0f) {
                weights[id] = 0f;
            } else {
                sum += weights[id];
                count++;
            }
        }
        boolean all = (params.topK() == 0 || params.topK() >= count) && params.topP() >= 1;
        return all ? drawFromAll(sum * uniform) : drawFromBest(logits, count, sum, params, uniform);
    }

    private int drawFromAll(double target) {
        double running = 0;
        int last = -1;
        for (int id = 0; id < weights.length; id++) {
            if (weights[id] > 0) {
                running += weights[id];
                last = id;
                if (running > target) {
                    return id;
                }
            }
        }
        return last;
    }

    private int drawFromBest(float[] logits, int count, double sum, SamplingParams params, double uniform) {
        int wanted = params.topK() == 0 ? count : Math.min(params.topK(), count);
        int kept = 0;
        for (float cut : CUTS) {
            double mass = 0;
            int found = 0;
            for (int id = 0; id < weights.length; id++) {
                if (weights[id] > cut) {
                    mass += weights[id];
                    candidates[found++] = key(logits[id], id);
                }
            }
            boolean enough = found >= wanted || (params.topK() == 0 && mass >= params.topP() * sum);
            if (enough || cut == 0f) {
                kept = keep(found, wanted, params.topK() == 0 ? sum : -1, params.topP());
                break;
            }
        }
        for (int i = 0; i < kept; i++) {
            candidates[i] &= ID_BITS;
        }
        Arrays.sort(candidates, 0, kept);
        double total = 0;
        for (int i = 0; i < kept; i++) {
            total += weights[(int) candidates[i]];
        }
        return drawFromKept(kept, total * uniform);
    }

    private int drawFromKept(int kept, double target) {
        double running = 0;
        for (int i = 0; i < kept; i++) {
            running += weights[(int) candidates[i]];
            if (running > target) {
                return (int) candidates[i];
            }
        }
        return (int) candidates[kept - 1];
    }

    /**
     * Orders the candidates, best first, and returns how many stay; a negative sum means that of the first
     * {@code wanted}.
     */
    private int keep(int found, int wanted, double knownSum, double topP) {
        Arrays.sort(candidates, 0, found);
        int most = Math.min(found, wanted);
        if (topP >= 1) {
            return most;
        }
        double sum = knownSum;
        if (sum < 0) {
            sum = 0;
            for (int i = 0; i < most; i++) {
                sum += weights[(int) (candidates[i] & ID_BITS)];
            }
        }
        double running = 0;
        for (int i = 0; i < most; i++) {
            running += weights[(int) (candidates[i] & ID_BITS)];
            if (running >= topP * sum) {
                return i + 1;
            }
        }
        return most;
    }

    /** Sorts ascending by falling logit, then by id. */
    private static long key(float logit, int id) {
        int bits = Float.floatToRawIntBits(logit + 0f);
        int ascending = bits ^ (bits >> 31 & 0x7FFFFFFF);
        return (long) ~ascending << 32 | id;
    }
}
