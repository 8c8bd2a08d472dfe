package dev.javelin.output;

import dev.javelin.generation.GenerationEvent;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/**
 * Gives a subscriber what it asked for, from an {@link EventBuffer}. Thread-safe: signals are serialised by the thread
 * that finds nobody else draining, which goes on for those that come meanwhile.
 */
final class EventSubscription implements Subscription {
    private final CoreSubscriber<? super GenerationEvent> subscriber;
    private final EventBuffer buffer;
    private final Runnable onCancel;
    private final AtomicLong requested = new AtomicLong();
    private final AtomicInteger drains = new AtomicInteger();
    private volatile boolean cancelled;
    private boolean terminated;

    EventSubscription(CoreSubscriber<? super GenerationEvent> subscriber, EventBuffer buffer, Runnable onCancel) {
        this.subscriber = subscriber;
        this.buffer = buffer;
        this.onCancel = onCancel;
    }

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            requested.getAndUpdate(before -> Operators.addCap(before, n));
            drain();
        }
    }

    @Override
    public void cancel() {
        cancelled = true;
        onCancel.run();
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Called after the buffer or the demand grew. */
    void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            emit();
            seen = drains.addAndGet(-seen);
        }
    }

    private void emit() {
        while (!cancelled && !terminated) {
            GenerationEvent event = requested.get() > 0 ? buffer.poll() : null;
            if (event == null) {
                terminateIfExhausted();
                return;
            }
            requested.getAndUpdate(before -> before == Long.MAX_VALUE ? before : before - 1);
            subscriber.onNext(event);
        }
    }

    private void terminateIfExhausted() {
        if (buffer.isExhausted() && !cancelled) {
            terminated = true;
            Throwable failure = buffer.failure();
            terminate(failure);
        }
    }

    private void terminate(@Nullable Throwable failure) {
        if (failure == null) {
            subscriber.onComplete();
        } else {
            subscriber.onError(failure);
        }
    }
}
