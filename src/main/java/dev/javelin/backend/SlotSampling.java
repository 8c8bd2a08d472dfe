package dev.javelin.backend;

import dev.javelin.generation.SamplingParams;
import org.jspecify.annotations.Nullable;

/**
 * How a sequence's tokens are drawn, for as long as it lives. Immutable.
 *
 * @param params the request's parameters; token ids in range
 * @param seed the request's seed, or one drawn for it
 * @param choiceIndex which answer of the request
 * @param minTokens the tokens of {@code heldBackTokenIds} are not drawn before the answer has this many tokens
 * @param heldBackTokenIds end-of-sequence and stop tokens; empty where {@code minTokens} is 0
 * @param answerTopCount how many likeliest alternatives come with each token; null for no log-probabilities
 * @param promptTopCount the same for scored tokens
 */
public record SlotSampling(
        SamplingParams params,
        long seed,
        int choiceIndex,
        int minTokens,
        int[] heldBackTokenIds,
        @Nullable Integer answerTopCount,
        @Nullable Integer promptTopCount) {}
