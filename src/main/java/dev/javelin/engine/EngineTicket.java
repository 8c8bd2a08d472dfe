package dev.javelin.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A request that the engine accepted. Thread-safe: its flags are set by any thread, never refused, and read by the
 * engine once a step.
 */
public final class EngineTicket {
    private final EngineRequest request;
    private final long submittedNanos;
    private final Runnable wakeEngine;
    private final AtomicLong finishedChoices = new AtomicLong();
    private volatile boolean cancelled;

    EngineTicket(EngineRequest request, long submittedNanos, Runnable wakeEngine) {
        this.request = request;
        this.submittedNanos = submittedNanos;
        this.wakeEngine = wakeEngine;
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
        wakeEngine.run();
    }

    /**
     * Ends one choice, whose stop string was found, with {@link dev.javelin.generation.FinishReason#STOP}.
     *
     * @param choiceIndex which answer, from 0
     */
    public void finishChoice(int choiceIndex) {
        finishedChoices.getAndUpdate(bits -> bits | (1L << choiceIndex));
        wakeEngine.run();
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Bit i is set where choice i shall end. */
    long finishedChoices() {
        return finishedChoices.get();
    }
}
