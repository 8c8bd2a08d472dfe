package dev.javelin.output;

import dev.javelin.engine.TokenBatch.ChoiceEnd;
import dev.javelin.engine.TokenBatch.ChoiceUpdate;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import dev.javelin.generation.StopCriteria;
import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.IncrementalDecoder;
import dev.javelin.tokenizer.Tokenizer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One answer while it grows: decoder, stop matcher and count. Confined to its request's lane. */
final class ChoiceOutput {
    private final int choiceIndex;
    private final StopCriteria stop;
    private final int textTokens;
    private final IncrementalDecoder decoder;
    private final StopMatcher matcher;
    private int tokenCount;
    private @Nullable FinishReason finishReason;

    /**
     * One answer of a request.
     *
     * @param choiceIndex from 0
     * @param stop when it ends
     * @param stopStrings those of {@code stop}, compiled
     * @param tokenizer of the model
     * @param promptTokenIds what it continues
     */
    ChoiceOutput(
            int choiceIndex, StopCriteria stop, StopStrings stopStrings, Tokenizer tokenizer, int[] promptTokenIds) {
        this.choiceIndex = choiceIndex;
        this.stop = stop;
        this.textTokens = tokenizer.vocabularySize();
        this.decoder = tokenizer.decoderAfter(promptTokenIds, DecodeOptions.TEXT);
        this.matcher = new StopMatcher(stopStrings, stop.includeStopString());
    }

    /**
     * Takes news of this choice. What comes after the end is dropped: it ran past a stop string.
     *
     * @param update from the engine
     * @param events where deltas and the end go
     */
    void onUpdate(ChoiceUpdate update, EventBuffer events) {
        if (finishReason != null) {
            return;
        }
        ChoiceEnd end = update.end();
        int taken = decode(update.tokenIds(), end);
        if (end != null && matcher.matched() == null) {
            matcher.push(decoder.finish(), mayMatch());
        }
        boolean stopped = matcher.matched() != null;
        events.addDelta(
                choiceIndex,
                matcher.takeText(end != null),
                Arrays.copyOf(update.tokenIds(), taken),
                update.logprobs().isEmpty()
                        ? update.logprobs()
                        : update.logprobs().subList(0, taken));
        if (end != null || stopped) {
            finish(end, stopped, taken == update.tokenIds().length, events);
            if (end == null) {
                update.ticket().finishChoice(choiceIndex);
            }
        }
    }

    /** Decodes until a stop string is found and says how many tokens that took. */
    private int decode(int[] tokenIds, @Nullable ChoiceEnd end) {
        boolean endsWithToken = end != null && end.endTokenId() != null;
        for (int i = 0; i < tokenIds.length; i++) {
            tokenCount++;
            boolean isEnd = endsWithToken && i == tokenIds.length - 1;
            if (hasText(tokenIds[i], isEnd) && matcher.push(decoder.push(tokenIds[i]), mayMatch())) {
                return i + 1;
            }
        }
        return tokenIds.length;
    }

    /** Rows of the head beyond the tokenizer's ids are padding: such a token says nothing. */
    private boolean hasText(int tokenId, boolean isEnd) {
        return tokenId < textTokens && (!isEnd || stop.includeStopString());
    }

    private boolean mayMatch() {
        return tokenCount > stop.minTokens();
    }

    private void finish(@Nullable ChoiceEnd end, boolean stopped, boolean tookAll, EventBuffer events) {
        FinishReason reason = stopped || end == null ? FinishReason.STOP : end.reason();
        finishReason = reason;
        // The client is told of a cancel by the request's failure, not by an answer that looks complete.
        if (reason != FinishReason.CANCELLED) {
            Integer endTokenId = end == null || !tookAll ? null : end.endTokenId();
            events.finishChoice(new ChoiceFinished(choiceIndex, reason, matcher.matched(), endTokenId));
        }
    }

    /** Tokens of the answer, an ending token included; those past a stop string are not counted. */
    int tokenCount() {
        return tokenCount;
    }

    /** Why it ended, or null while it runs. */
    @Nullable FinishReason finishReason() {
        return finishReason;
    }
}
