package dev.javelin.engine;

import dev.javelin.error.JavelinException;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.TokenLogprobs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one step means for the requests in it. Immutable.
 *
 * @param completedNanos when the step's result was known
 * @param scheduled requests whose first tokens were planned since the last batch
 * @param updates new tokens and ends of choices; a choice appears at most once
 * @param ended requests that ended, after their updates: each accepted request appears here exactly once in its life
 */
public record TokenBatch(
        long completedNanos, List<EngineTicket> scheduled, List<ChoiceUpdate> updates, List<RequestEnd> ended) {
    /**
     * News of one choice.
     *
     * @param ticket the request
     * @param choiceIndex which answer, from 0
     * @param tokenIds new tokens in order, an ending token included
     * @param logprobs one entry for each of {@code tokenIds}, or empty where not asked for
     * @param promptScores one entry for each of the next prompt tokens, from the second on; empty where not asked for
     * @param end how it ended, or null while it runs
     */
    public record ChoiceUpdate(
            EngineTicket ticket,
            int choiceIndex,
            int[] tokenIds,
            List<TokenLogprobs> logprobs,
            List<TokenLogprobs> promptScores,
            @Nullable ChoiceEnd end) {}

    /**
     * How a choice ended.
     *
     * @param reason why
     * @param endTokenId the ending token, the last of the update's tokens, or null
     */
    public record ChoiceEnd(FinishReason reason, @Nullable Integer endTokenId) {}

    /**
     * A request's last word.
     *
     * @param ticket the request
     * @param cachedPromptTokens prompt tokens that came from the prefix cache when it was first scheduled
     * @param firstScheduledNanos when its first tokens were planned, or when it ended if they never were
     * @param failure what failed it, or null
     */
    public record RequestEnd(
            EngineTicket ticket,
            int cachedPromptTokens,
            long firstScheduledNanos,
            @Nullable JavelinException failure) {}
}
