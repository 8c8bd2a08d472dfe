package dev.javelin.engine;

import dev.javelin.ownership.EngineThread;
import dev.javelin.scheduler.Sequence;
import java.util.List;

/** A request between its submission and its end. Confined to the engine thread. */
@EngineThread
final class LiveRequest {
    private final EngineTicket ticket;
    private final List<Sequence> choices;
    private int openChoices;
    private int cachedPromptTokens;
    private long firstScheduledNanos;
    private boolean scheduled;

    LiveRequest(EngineTicket ticket, List<Sequence> choices) {
        this.ticket = ticket;
        this.choices = choices;
        this.openChoices = choices.size();
    }

    EngineTicket ticket() {
        return ticket;
    }

    List<Sequence> choices() {
        return choices;
    }

    /** The first choice to be scheduled speaks for the request; whether it is this one. */
    boolean schedule(int cachedTokens, long nowNanos) {
        if (scheduled) {
            return false;
        }
        scheduled = true;
        cachedPromptTokens = cachedTokens;
        firstScheduledNanos = nowNanos;
        return true;
    }

    /** Books the end of a choice; whether it was the last. */
    boolean closeChoice() {
        openChoices--;
        return openChoices == 0;
    }

    boolean hasEnded() {
        return openChoices == 0;
    }

    int cachedPromptTokens() {
        return cachedPromptTokens;
    }

    long firstScheduledNanos(long otherwiseNanos) {
        return scheduled ? firstScheduledNanos : otherwiseNanos;
    }
}
