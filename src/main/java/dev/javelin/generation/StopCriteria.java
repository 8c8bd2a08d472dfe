package dev.javelin.generation;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When an answer ends. Immutable.
 *
 * @param maxTokens most tokens of one answer, at least 1; null means as many as the context holds
 * @param minTokens no end-of-sequence or stop token is drawn before this many tokens, and no stop string matched
 * @param stopStrings the answer ends before the first of these, at most 16, none empty
 * @param stopTokenIds tokens that end the answer as the model's own end-of-sequence tokens do, at most 64
 * @param ignoreEos whether the model's own end-of-sequence tokens are ordinary tokens
 * @param includeStopString whether the matched stop string stays at the end of the text
 */
public record StopCriteria(
        @Nullable Integer maxTokens,
        int minTokens,
        List<String> stopStrings,
        List<Integer> stopTokenIds,
        boolean ignoreEos,
        boolean includeStopString) {
    /** Most stop strings of a request. */
    public static final int MAX_STOP_STRINGS = 16;
    /** Longest stop string, in UTF-16 units. */
    public static final int MAX_STOP_CHARS = 1024;
    /** Most stop token ids of a request. */
    public static final int MAX_STOP_TOKEN_IDS = 64;

    /** Ends at the model's own end-of-sequence tokens or the end of the context. */
    public static final StopCriteria NONE = new StopCriteria(null, 0, List.of(), List.of(), false, false);

    /**
     * Checks every range.
     *
     * @throws JavelinException INVALID_REQUEST that names the field as clients write it, its value and the limit
     */
    public StopCriteria {
        if (maxTokens != null && maxTokens < 1) {
            throw invalid("max_tokens", "max_tokens is " + maxTokens + ", it must be at least 1");
        }
        if (minTokens < 0 || (maxTokens != null && minTokens > maxTokens)) {
            throw invalid(
                    "min_tokens",
                    "min_tokens is " + minTokens + ", it must be from 0 to max_tokens"
                            + (maxTokens == null ? "" : " (" + maxTokens + ")"));
        }
        if (stopStrings.size() > MAX_STOP_STRINGS) {
            throw invalid("stop", "stop has " + stopStrings.size() + " entries, the limit is " + MAX_STOP_STRINGS);
        }
        for (String stop : stopStrings) {
            if (stop.isEmpty() || stop.length() > MAX_STOP_CHARS) {
                throw invalid(
                        "stop",
                        "a stop string has " + stop.length() + " characters, it must have from 1 to " + MAX_STOP_CHARS);
            }
        }
        if (stopTokenIds.size() > MAX_STOP_TOKEN_IDS) {
            throw invalid(
                    "stop_token_ids",
                    "stop_token_ids has " + stopTokenIds.size() + " entries, the limit is " + MAX_STOP_TOKEN_IDS);
        }
        stopStrings = List.copyOf(stopStrings);
        stopTokenIds = List.copyOf(stopTokenIds);
    }

    private static JavelinException invalid(String field, String message) {
        return JavelinException.ofField(ErrorCode.INVALID_REQUEST, field, message);
    }
}
