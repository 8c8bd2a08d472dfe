package dev.javelin.api.openai;

import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.StopCriteria;
import org.jspecify.annotations.Nullable;

/**
 * What both endpoints ask for, apart from the prompt. Immutable.
 *
 * @param clientRequestId the client's own id in the body, or null
 * @param sampling how tokens are drawn
 * @param stop when an answer ends
 * @param logprobs which log-probabilities the engine is asked for
 * @param choiceCount answers to each prompt
 * @param priority smaller numbers first
 * @param cacheSalt separates cached prefixes
 * @param streaming how it is streamed, or null for a whole answer
 * @param returnTokenIds whether token ids are given beside text
 * @param promptLogprobs whether vLLM's {@code prompt_logprobs} are given
 */
record Call(
        @Nullable String clientRequestId,
        SamplingParams sampling,
        StopCriteria stop,
        LogprobOptions logprobs,
        int choiceCount,
        int priority,
        String cacheSalt,
        @Nullable Streaming streaming,
        boolean returnTokenIds,
        boolean promptLogprobs) {
    /**
     * How an answer is streamed.
     *
     * @param includeUsage whether a last chunk carries the usage
     * @param continuousUsage whether every chunk carries the usage so far
     */
    record Streaming(boolean includeUsage, boolean continuousUsage) {}
}
