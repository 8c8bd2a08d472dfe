package dev.javelin.api;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Runs work that needs more than a moment of CPU away from the event loops. Thread-safe. */
public final class Offload {
    private final Scheduler scheduler;

    /**
     * Work on other threads.
     *
     * @param threads run it; may reject, which the client sees as a full queue
     */
    public Offload(Executor threads) {
        scheduler = Schedulers.fromExecutor(threads);
    }

    /** The same work, subscribed on those threads; QUEUE_FULL where they reject it. */
    public <T> Mono<T> run(Mono<T> work) {
        return work.subscribeOn(scheduler)
                .onErrorMap(
                        RejectedExecutionException.class,
                        e -> new JavelinException(
                                ErrorCode.QUEUE_FULL, "no more text can be read now; try again later"));
    }
}
