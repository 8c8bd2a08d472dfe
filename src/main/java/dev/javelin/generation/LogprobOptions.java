package dev.javelin.generation;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import org.jspecify.annotations.Nullable;

/**
 * Which log-probabilities an answer carries. Immutable. They are natural logarithms of the softmax over the model's own
 * logits, before bias, penalties and temperature.
 *
 * @param answerTopCount with each token of the answer, how many of the likeliest alternatives are given: null means no
 *     log-probabilities, 0 only the token's own
 * @param promptTopCount the same for each token of the prompt but the first
 */
public record LogprobOptions(
        @Nullable Integer answerTopCount, @Nullable Integer promptTopCount) {
    /** Most alternatives a token. */
    public static final int MAX_TOP_COUNT = 20;

    /** No log-probabilities. */
    public static final LogprobOptions NONE = new LogprobOptions(null, null);

    /**
     * Checks both ranges.
     *
     * @throws JavelinException INVALID_REQUEST that names the field, its value and the limit
     */
    public LogprobOptions {
        check("top_logprobs", answerTopCount);
        check("prompt_logprobs", promptTopCount);
    }

    private static void check(String field, @Nullable Integer count) {
        if (count != null && (count < 0 || count > MAX_TOP_COUNT)) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_REQUEST,
                    field,
                    field + " is " + count + ", it must be from 0 to " + MAX_TOP_COUNT);
        }
    }
}
