package dev.javelin.generation;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;

/**
 * One request in no dialect. Immutable.
 *
 * @param requestId unique in the process; appears in logs, spans and answers
 * @param prompt what to continue
 * @param sampling how tokens are drawn
 * @param stop when an answer ends
 * @param logprobs which log-probabilities are given
 * @param choiceCount how many independent answers, 1 to 64 ({@code n} on the wire)
 * @param priority smaller numbers are scheduled first; 0 for all means first come, first served
 * @param cacheSalt requests share cached prefixes only where this is equal; empty for the common cache
 */
public record GenerationRequest(
        String requestId,
        Prompt prompt,
        SamplingParams sampling,
        StopCriteria stop,
        LogprobOptions logprobs,
        int choiceCount,
        int priority,
        String cacheSalt) {
    /** Most answers of a request. */
    public static final int MAX_CHOICES = 64;

    /**
     * Checks the number of choices.
     *
     * @throws JavelinException INVALID_REQUEST that names {@code n}, its value and the limit
     */
    public GenerationRequest {
        if (choiceCount < 1 || choiceCount > MAX_CHOICES) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_REQUEST, "n", "n is " + choiceCount + ", it must be from 1 to " + MAX_CHOICES);
        }
    }

    /**
     * Checks every token id of the request against a vocabulary: an id out of range must never reach a device.
     *
     * @param vocabularyTokens ids are 0 to this, exclusive
     * @throws JavelinException INVALID_REQUEST that names the field, the id and the vocabulary
     */
    public void checkTokenIds(int vocabularyTokens) {
        if (prompt instanceof Prompt.Tokens tokens) {
            for (int id : tokens.tokenIds()) {
                check("prompt", id, vocabularyTokens);
            }
        }
        sampling.logitBias().keySet().forEach(id -> check("logit_bias", id, vocabularyTokens));
        stop.stopTokenIds().forEach(id -> check("stop_token_ids", id, vocabularyTokens));
    }

    private static void check(String field, int tokenId, int vocabularyTokens) {
        if (tokenId < 0 || tokenId >= vocabularyTokens) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_REQUEST,
                    field,
                    field + " has token id " + tokenId + ", the vocabulary's ids are 0 to " + (vocabularyTokens - 1));
        }
    }
}
