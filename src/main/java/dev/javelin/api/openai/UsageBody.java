package dev.javelin.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.javelin.generation.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What a request cost. Immutable.
 *
 * @param promptTokens of all prompts, each once
 * @param completionTokens of all answers, ending tokens included
 * @param totalTokens the sum
 * @param promptTokensDetails more about the prompt, null before the request ended
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record UsageBody(
        int promptTokens,
        int completionTokens,
        int totalTokens,
        @Nullable PromptDetails promptTokensDetails) {
    /**
     * More about the prompt.
     *
     * @param cachedTokens whose keys and values came from the prefix cache
     */
    record PromptDetails(int cachedTokens) {}

    /** The cost of a whole request. */
    static UsageBody of(Usage usage) {
        return new UsageBody(
                usage.promptTokens(),
                usage.completionTokens(),
                usage.promptTokens() + usage.completionTokens(),
                new PromptDetails(usage.cachedPromptTokens()));
    }

    /** The cost so far. */
    static UsageBody soFar(int promptTokens, int completionTokens) {
        return new UsageBody(promptTokens, completionTokens, promptTokens + completionTokens, null);
    }
}
