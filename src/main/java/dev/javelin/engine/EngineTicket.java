package dev.javelin.engine;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A request that the engine accepted. Thread-safe: its flags are set by any thread, never refused, and read by the
 * engine once a step.
 */
public final class EngineTicket {
    private static final long ALL_CHOICES = -1;

    private final EngineRequest request;
    private final long requestOrdinal;
    private final long submittedNanos;
    private final Consumer<EngineTicket> signal;
    private final AtomicLong finishedChoices = new AtomicLong();
    private volatile boolean cancelled;

    /**
     * An accepted request; for engines.
     *
     * @param request what was asked
     * @param requestOrdinal counts accepted requests
     * @param submittedNanos when
     * @param signal tells the engine that a flag was set
     */
    public EngineTicket(
            EngineRequest request, long requestOrdinal, long submittedNanos, Consumer<EngineTicket> signal) {
        this.request = request;
        this.requestOrdinal = requestOrdinal;
        this.submittedNanos = submittedNanos;
        this.signal = signal;
    }

    /** What was asked. */
    public EngineRequest request() {
        return request;
    }

    /** When the engine took it. */
    public long submittedNanos() {
        return submittedNanos;
    }

    /** Ends every choice that still runs, with {@link dev.javelin.generation.FinishReason#CANCELLED}. */
    public void cancel() {
        cancelled = true;
        if (finishedChoices.getAndSet(ALL_CHOICES) != ALL_CHOICES) {
            signal.accept(this);
        }
    }

    /**
     * Ends one choice, whose stop string was found, with {@link dev.javelin.generation.FinishReason#STOP}.
     *
     * @param choiceIndex which answer, from 0
     */
    public void finishChoice(int choiceIndex) {
        long bit = 1L << choiceIndex;
        if ((finishedChoices.getAndUpdate(bits -> bits | bit) & bit) == 0) {
            signal.accept(this);
        }
    }

    /** Whether the whole request was cancelled. */
    public boolean isCancelled() {
        return cancelled;
    }

    /** Whether a choice shall end. */
    public boolean isFinished(int choiceIndex) {
        return (finishedChoices.get() & (1L << choiceIndex)) != 0;
    }

    long requestOrdinal() {
        return requestOrdinal;
    }
}
