package dev.javelin.cpu;

import dev.javelin.backend.CounterRandom;
import dev.javelin.backend.CounterRandom.Purpose;
import dev.javelin.backend.SlotSampling;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.TokenLogprobs;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a row of logits into a token and log-probabilities, in the order that {@link SamplingParams} defines. Confined
 * to one worker.
 *
 * <p>The given logits stay as they are: what changes them works on a copy, made only where something does. Tokens that
 * are held back are let through where a mask leaves nothing else.
 */
final class Sampler {
    private static final int[] NO_IDS = {};
    private static final float[] NO_LOGPROBS = {};

    private final int vocabularyTokens;
    private final float[] changed;
    private final TokenChooser chooser;

    Sampler(int vocabularyTokens) {
        this.vocabularyTokens = vocabularyTokens;
        changed = new float[vocabularyTokens];
        chooser = new TokenChooser(vocabularyTokens);
    }

    /**
     * Draws the next token.
     *
     * @param logits address of the row
     * @param most its largest logit, finite
     * @param slot whose row
     * @param allowedBits the mask, or null
     */
    int sample(long logits, float most, Slot slot, long @Nullable [] allowedBits) {
        SlotSampling sampling = slot.requireSampling();
        SamplingParams params = sampling.params();
        boolean heldBack =
                slot.lengthTokens - slot.promptTokens < sampling.minTokens() && sampling.heldBackTokenIds().length > 0;
        boolean same = params.logitBias().isEmpty() && slot.history == null && allowedBits == null && !heldBack;
        if (same && params.isGreedy()) {
            return LogitMath.indexOf(logits, vocabularyTokens, most);
        }
        MemorySegment.copy(RawMemory.ALL, ValueLayout.JAVA_FLOAT, logits, changed, 0, vocabularyTokens);
        float newMost = same ? most : change(slot, sampling, heldBack, allowedBits);
        if (params.isGreedy()) {
            return indexOf(newMost);
        }
        double uniform =
                CounterRandom.uniform(sampling.seed(), sampling.choiceIndex(), slot.lengthTokens, Purpose.SAMPLE);
        return chooser.draw(changed, newMost, params, uniform);
    }

    private float change(Slot slot, SlotSampling sampling, boolean heldBack, long @Nullable [] allowedBits) {
        SamplingParams params = sampling.params();
        for (Map.Entry<Integer, Float> bias : params.logitBias().entrySet()) {
            changed[bias.getKey()] += bias.getValue();
        }
        TokenHistory history = slot.history;
        if (history != null) {
            history.penalize(changed, params.repetitionPenalty(), params.frequencyPenalty(), params.presencePenalty());
        }
        if (allowedBits != null) {
            mask(allowedBits);
        }
        if (!heldBack) {
            return max();
        }
        float before = max();
        float[] kept = new float[sampling.heldBackTokenIds().length];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = changed[sampling.heldBackTokenIds()[i]];
        }
        for (int id : sampling.heldBackTokenIds()) {
            changed[id] = Float.NEGATIVE_INFINITY;
        }
        float after = max();
        if (after > Float.NEGATIVE_INFINITY) {
            return after;
        }
        for (int i = kept.length - 1; i >= 0; i--) {
            changed[sampling.heldBackTokenIds()[i]] = kept[i];
        }
        return before;
    }

    private void mask(long[] allowedBits) {
        for (int id = 0; id < vocabularyTokens; id++) {
            if ((allowedBits[id >>> 6] >>> id & 1) == 0) {
                changed[id] = Float.NEGATIVE_INFINITY;
            }
        }
    }

    private float max() {
        float most = Float.NEGATIVE_INFINITY;
        for (float value : changed) {
            most = value > most ? value : most;
        }
        return most;
    }

    private int indexOf(float value) {
        for (int id = 0; id < vocabularyTokens; id++) {
            if (changed[id] == value) {
                return id;
            }
        }
        throw new IllegalStateException("no logit is " + value);
    }

    /**
     * The log-probability of a token and of the likeliest ones, of the logits as they are.
     *
     * @param logits address of the row
     * @param most its largest logit, finite
     */
    TokenLogprobs logprobs(long logits, float most, int tokenId, int topCount) {
        double logSum = LogitMath.logSumExp(logits, vocabularyTokens, most);
        float own = logprob(logits, tokenId, logSum);
        if (topCount == 0) {
            return new TokenLogprobs(tokenId, own, NO_IDS, NO_LOGPROBS);
        }
        int[] topTokenIds = new int[Math.min(topCount, vocabularyTokens)];
        LogitMath.top(logits, vocabularyTokens, topTokenIds);
        float[] topLogprobs = new float[topTokenIds.length];
        for (int i = 0; i < topLogprobs.length; i++) {
            topLogprobs[i] = logprob(logits, topTokenIds[i], logSum);
        }
        return new TokenLogprobs(tokenId, own, topTokenIds, topLogprobs);
    }

    private static float logprob(long logits, int tokenId, double logSum) {
        return (float) (RawMemory.floatAt(logits + (long) tokenId * Float.BYTES) - logSum);
    }
}
