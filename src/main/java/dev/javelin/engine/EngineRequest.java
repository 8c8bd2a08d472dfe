package dev.javelin.engine;

import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.SamplingParams;

/**
 * A request as the engine takes it: encoded, checked, every default resolved. Immutable; the arrays are never changed.
 *
 * @param requestId unique in the process
 * @param promptTokenIds at least one id, all in the vocabulary
 * @param sampling how tokens are drawn
 * @param seed the request's own or one drawn for it
 * @param maxTokens most tokens of one answer, at least 1; prompt and answer fit the context
 * @param minTokens the tokens of {@code endTokenIds} are not drawn before the answer has this many tokens
 * @param endTokenIds an answer ends with the first of these; ascending, possibly none
 * @param logprobs which log-probabilities are wanted
 * @param choiceCount how many answers
 * @param priority smaller numbers first
 * @param cacheSalt separates cached prefixes; empty for the common cache
 */
public record EngineRequest(
        String requestId,
        int[] promptTokenIds,
        SamplingParams sampling,
        long seed,
        int maxTokens,
        int minTokens,
        int[] endTokenIds,
        LogprobOptions logprobs,
        int choiceCount,
        int priority,
        String cacheSalt) {}
