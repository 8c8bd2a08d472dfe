package dev.javelin.engine;

import dev.javelin.engine.TokenBatch.ChoiceEnd;
import dev.javelin.engine.TokenBatch.ChoiceUpdate;
import dev.javelin.engine.TokenBatch.RequestEnd;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.FinishReason;
import dev.javelin.ownership.EngineThread;
import dev.javelin.scheduler.SequenceNews;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Collects one cycle's news. Confined to the engine thread; used once. */
@EngineThread
final class BatchBuilder {
    private static final int[] NO_TOKENS = {};

    private final List<EngineTicket> scheduled = new ArrayList<>();
    private final List<ChoiceUpdate> updates = new ArrayList<>();
    private final List<RequestEnd> ended = new ArrayList<>();

    void scheduled(EngineTicket ticket) {
        scheduled.add(ticket);
    }

    void update(EngineTicket ticket, SequenceNews news) {
        FinishReason finish = news.finish();
        ChoiceEnd end = null;
        if (finish != null) {
            int[] tokens = news.tokenIds();
            end = new ChoiceEnd(finish, finish == FinishReason.STOP ? tokens[tokens.length - 1] : null);
        }
        updates.add(new ChoiceUpdate(
                ticket,
                Choices.choiceIndex(news.sequence()),
                news.tokenIds(),
                news.logprobs(),
                news.promptScores(),
                end));
    }

    void end(EngineTicket ticket, int choiceIndex, FinishReason reason) {
        updates.add(
                new ChoiceUpdate(ticket, choiceIndex, NO_TOKENS, List.of(), List.of(), new ChoiceEnd(reason, null)));
    }

    void ended(LiveRequest request, @Nullable JavelinException failure, long nowNanos) {
        ended.add(new RequestEnd(
                request.ticket(), request.cachedPromptTokens(), request.firstScheduledNanos(nowNanos), failure));
    }

    boolean isEmpty() {
        return scheduled.isEmpty() && updates.isEmpty() && ended.isEmpty();
    }

    TokenBatch build(long nowNanos) {
        return new TokenBatch(nowNanos, scheduled, updates, ended);
    }
}
