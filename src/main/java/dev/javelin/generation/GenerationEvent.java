package dev.javelin.generation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of an answer, in order: one {@link Started}, then deltas and ends of choices, then one {@link Completed}. A
 * failure ends the series instead with a {@link dev.javelin.error.JavelinException}. Immutable.
 */
public sealed interface GenerationEvent {
    /**
     * The prompt was encoded and the engine took the request.
     *
     * @param promptTokenIds the prompt as the model sees it; never changed
     */
    record Started(int[] promptTokenIds) implements GenerationEvent {}

    /**
     * Log-probabilities of the prompt's tokens but the first; comes before the first delta, only where asked for.
     *
     * @param logprobs one entry for each prompt token from the second on
     */
    record PromptScored(List<TokenLogprobs> logprobs) implements GenerationEvent {}

    /**
     * More of one choice. Deltas merge when a subscriber is behind, so one may stand for many tokens; the text of a
     * token may come with a later one (an unfinished character, a possible stop string).
     *
     * @param choiceIndex which answer, from 0
     * @param text new text, possibly empty
     * @param tokenIds new tokens, possibly none; never changed
     * @param logprobs one entry for each of {@code tokenIds}, or empty where none were asked for
     */
    record Delta(int choiceIndex, String text, int[] tokenIds, List<TokenLogprobs> logprobs)
            implements GenerationEvent {}

    /**
     * One choice ended.
     *
     * @param choiceIndex which answer, from 0
     * @param reason why
     * @param stopString the stop string that matched, or null
     * @param stopTokenId the stop or end-of-sequence token that ended it, or null
     */
    record ChoiceFinished(
            int choiceIndex,
            FinishReason reason,
            @Nullable String stopString,
            @Nullable Integer stopTokenId) implements GenerationEvent {}

    /**
     * Every choice ended: the last event.
     *
     * @param usage what the request cost
     * @param timing when it reached each stage
     */
    record Completed(Usage usage, RequestTiming timing) implements GenerationEvent {}
}
