package dev.javelin.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The wire forms of {@code /v1/completions}; names are in snake case on the wire. All are immutable. */
final class CompletionWire {
    private CompletionWire() {}

    /**
     * A whole answer, or one event of a stream: the two have the same form.
     *
     * @param id {@code cmpl-...}
     * @param object {@code text_completion}
     * @param created seconds since 1970
     * @param model the served name
     * @param systemFingerprint of the server
     * @param choices answers by index; prompt p's answer i has index {@code p * n + i}
     * @param usage of all prompts together; left out in a stream where not asked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Completion(
            String id,
            String object,
            long created,
            String model,
            String systemFingerprint,
            List<Choice> choices,
            @Nullable UsageBody usage) {}

    /**
     * One answer, or news of it.
     *
     * @param index from 0
     * @param text the text, or more of it
     * @param logprobs null where not asked for
     * @param finishReason {@code stop} or {@code length}; null while it runs
     * @param stopReason the stop string or the stop token's id that ended it, else null
     * @param promptLogprobs vLLM's, one entry a prompt token, the first null; left out where not asked for
     * @param tokenIds the answer's tokens; left out where not asked for
     * @param promptTokenIds the prompt as the model saw it; left out where not asked for
     */
    record Choice(
            int index,
            String text,
            @Nullable Logprobs logprobs,
            @Nullable String finishReason,
            @Nullable Object stopReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<@Nullable Map<String, ChatWire.PromptLogprob>> promptLogprobs,

            @JsonInclude(JsonInclude.Include.NON_NULL) int @Nullable [] tokenIds,
            @JsonInclude(JsonInclude.Include.NON_NULL) int @Nullable [] promptTokenIds) {}

    /**
     * Log-probabilities of an answer's tokens; the lists are equally long.
     *
     * @param textOffset where each token's text begins in the answer, in code points
     * @param tokenLogprobs natural logarithms; null for a prompt's first token
     * @param tokens their texts
     * @param topLogprobs the likeliest tokens by text, the token itself among them; null for a prompt's first token
     */
    record Logprobs(
            List<Integer> textOffset,
            List<@Nullable Double> tokenLogprobs,
            List<String> tokens,
            List<@Nullable Map<String, Double>> topLogprobs) {}
}
