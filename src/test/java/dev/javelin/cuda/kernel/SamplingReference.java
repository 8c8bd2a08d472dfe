package dev.javelin.cuda.kernel;

import dev.javelin.backend.CounterRandom;
import dev.javelin.backend.SlotSampling;
import dev.javelin.generation.SamplingParams;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Draws a token by sorting everything: the slow twin of {@code sampling.cu}, with the same single-precision logits and
 * weights and sums in double precision.
 *
 * @param tokenId the token; -1 where nothing can be drawn
 * @param slack how far, as probability, the nearest decision lay from going another way; exact ties are no decision
 */
record SamplingReference(int tokenId, double slack) {
    /** Draws one token of finite logits. */
    static SamplingReference draw(
            float[] logits,
            SlotSampling sampling,
            int[] tokenIds,
            int promptTokens,
            int position,
            long @Nullable [] allowedBits) {
        float[] changed = changed(logits, sampling, tokenIds, promptTokens, position, allowedBits);
        SamplingParams params = sampling.params();
        int best = 0;
        for (int id = 1; id < changed.length; id++) {
            best = changed[id] > changed[best] ? id : best;
        }
        if (params.isGreedy()) {
            return new SamplingReference(best, 1);
        }
        double uniform =
                CounterRandom.uniform(sampling.seed(), sampling.choiceIndex(), position, CounterRandom.Purpose.SAMPLE);
        return new Cut(changed, changed[best], params).draw(uniform);
    }

    private static float[] changed(
            float[] logits,
            SlotSampling sampling,
            int[] tokenIds,
            int promptTokens,
            int position,
            long @Nullable [] allowedBits) {
        float[] changed = logits.clone();
        sampling.params().logitBias().forEach((id, bias) -> changed[id] += bias);
        if (sampling.params().hasPenalties()) {
            penalize(changed, sampling.params(), tokenIds, promptTokens);
        }
        for (int id = 0; allowedBits != null && id < changed.length; id++) {
            if ((allowedBits[id >>> 6] >>> id & 1) == 0) {
                changed[id] = Float.NEGATIVE_INFINITY;
            }
        }
        float[] held = changed.clone();
        if (position - promptTokens < sampling.minTokens()) {
            Arrays.stream(sampling.heldBackTokenIds()).forEach(id -> held[id] = Float.NEGATIVE_INFINITY);
        }
        for (float logit : held) {
            if (logit > Float.NEGATIVE_INFINITY) {
                return held;
            }
        }
        return changed;
    }

    private static void penalize(float[] changed, SamplingParams params, int[] tokenIds, int promptTokens) {
        int[] answers = new int[changed.length];
        for (int i = promptTokens; i < tokenIds.length; i++) {
            answers[tokenIds[i]]++;
        }
        Arrays.stream(tokenIds).distinct().forEach(id -> {
            double logit = changed[id];
            logit = logit > 0 ? logit / params.repetitionPenalty() : logit * params.repetitionPenalty();
            if (answers[id] > 0) {
                logit -= params.frequencyPenalty() * answers[id] + params.presencePenalty();
            }
            changed[id] = (float) logit;
        });
    }

    /** Tokens in falling order of logits, cut off where a parameter says. */
    private static final class Cut {
        private final float[] logits;
        private final double[] weights;
        private int[] order;
        private double slack = 1;

        Cut(float[] logits, float most, SamplingParams params) {
            this.logits = logits;
            weights = new double[logits.length];
            float scale = Math.min(1 / (float) params.temperature(), Float.MAX_VALUE);
            long[] keys = new long[logits.length];
            int count = 0;
            for (int id = 0; id < logits.length; id++) {
                weights[id] = exp((logits[id] - most) * scale);
                if (weights[id] >= (float) params.minP() && weights[id] > 0) {
                    int bits = Float.floatToRawIntBits(logits[id] + 0f);
                    keys[count++] = (long) ~(bits ^ (bits >> 31 & 0x7FFFFFFF)) << 32 | id;
                }
            }
            Arrays.sort(keys, 0, count);
            order = Arrays.stream(keys, 0, count).mapToInt(key -> (int) key).toArray();
            if (params.topK() > 0 && params.topK() < count) {
                cutAt(params.topK());
            }
            if (params.topP() < 1) {
                cutAt(count(params.topP()));
            }
        }

        private int count(double topP) {
            double mass = Arrays.stream(order).mapToDouble(id -> weights[id]).sum();
            double running = 0;
            int stay = 0;
            while (stay < order.length && running < topP * mass) {
                running += weights[order[stay++]];
                slack = Math.min(slack, Math.abs(running / mass - topP));
            }
            return stay;
        }

        private void cutAt(int count) {
            if (count < order.length && logits[order[count - 1]] != logits[order[count]]) {
                slack = Math.min(slack, weights[order[count - 1]] - weights[order[count]]);
            }
            order = Arrays.copyOf(order, count);
        }

        SamplingReference draw(double uniform) {
            Arrays.sort(order);
            double mass = Arrays.stream(order).mapToDouble(id -> weights[id]).sum();
            double running = 0;
            int chosen = -1;
            for (int id : order) {
                running += weights[id];
                slack = Math.min(slack, Math.abs(running / mass - uniform));
                if (chosen < 0 && running > uniform * mass) {
                    chosen = id;
                }
            }
            return new SamplingReference(chosen, slack);
        }
    }

    /** Cephes' expf with fused operations, as both runners compute it. */
    @SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they were published
    private static float exp(float x) {
        if (x < -87) {
            return 0;
        }
        float shifted = Math.fma(x, 1.44269504088896341f, 12582912f);
        float n = shifted - 12582912f;
        float r = Math.fma(n, 2.12194440e-4f, Math.fma(n, -0.693359375f, x));
        float p = Math.fma(r, 1.9875691500e-4f, 1.3981999507e-3f);
        p = Math.fma(p, r, 8.3334519073e-3f);
        p = Math.fma(p, r, 4.1665795894e-2f);
        p = Math.fma(p, r, 1.6666665459e-1f);
        p = Math.fma(p, r, 5.0000001201e-1f);
        p = Math.fma(p, r * r, r + 1f);
        return p * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) + 127) << 23);
    }
}
