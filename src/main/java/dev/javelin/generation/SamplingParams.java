package dev.javelin.generation;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the next token is drawn from a row of logits. Immutable.
 *
 * <p>The order of operations, the same on every device: logit bias is added; repetition penalty (over prompt and
 * answer), then frequency and presence penalty (over the answer) are applied; masked and not yet allowed tokens are
 * removed; temperature 0 takes the largest logit (the smallest id among equals); otherwise logits are divided by the
 * temperature, and of the softmax the tokens below {@code minP} times the largest probability are removed, then all but
 * the {@code topK} largest, then all beyond the smallest set whose share of what is left reaches {@code topP}. Of the
 * rest, in ascending order of ids, the first is drawn whose running sum of probabilities exceeds a uniform random
 * number times their total. Ranges are those of vLLM's {@code SamplingParams}.
 *
 * @param temperature 0 (greedy) to 2
 * @param topK how many of the likeliest tokens may be drawn; 0 means all
 * @param topP probability mass that may be drawn, above 0 and at most 1
 * @param minP least probability relative to the likeliest token, 0 to 1
 * @param repetitionPenalty divides positive and multiplies negative logits of tokens seen in prompt or answer; above 0,
 *     at most 10
 * @param presencePenalty subtracted once for a token seen in the answer, -2 to 2
 * @param frequencyPenalty subtracted for every time a token was seen in the answer, -2 to 2
 * @param logitBias token id to what is added to its logit, -100 to 100, at most 1,024 entries
 * @param seed makes the draw repeatable; null draws a seed for each request
 */
public record SamplingParams(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        Map<Integer, Float> logitBias,
        @Nullable Long seed) {
    /** Most entries of {@code logitBias}. */
    public static final int MAX_BIAS_ENTRIES = 1024;

    /** Takes the likeliest token, with no penalty. */
    public static final SamplingParams GREEDY = new SamplingParams(0, 0, 1, 0, 1, 0, 0, Map.of(), null);

    /**
     * Checks every range.
     *
     * @throws JavelinException INVALID_REQUEST that names the field as clients write it, its value and the limit
     */
    public SamplingParams {
        check("temperature", temperature, temperature >= 0 && temperature <= 2, "from 0 to 2");
        check("top_k", topK, topK >= 0, "-1 or 0 (all) or at least 1");
        check("top_p", topP, topP > 0 && topP <= 1, "above 0 and at most 1");
        check("min_p", minP, minP >= 0 && minP <= 1, "from 0 to 1");
        check(
                "repetition_penalty",
                repetitionPenalty,
                repetitionPenalty > 0 && repetitionPenalty <= 10,
                "above 0 and at most 10");
        check("presence_penalty", presencePenalty, Math.abs(presencePenalty) <= 2, "from -2 to 2");
        check("frequency_penalty", frequencyPenalty, Math.abs(frequencyPenalty) <= 2, "from -2 to 2");
        check(
                "logit_bias",
                logitBias.size(),
                logitBias.size() <= MAX_BIAS_ENTRIES,
                "at most " + MAX_BIAS_ENTRIES + " entries");
        logitBias.forEach((id, bias) ->
                check("logit_bias[" + id + "]", bias, Math.abs(bias) <= 100, "a finite number from -100 to 100"));
        logitBias = Map.copyOf(logitBias);
    }

    /** Whether the likeliest token is taken. */
    public boolean isGreedy() {
        return temperature == 0;
    }

    /** Whether tokens seen before change the logits. */
    public boolean hasPenalties() {
        return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }

    private static void check(String field, Number value, boolean valid, String range) {
        if (!valid) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_REQUEST, field, field + " is " + value + ", it must be " + range);
        }
    }
}
