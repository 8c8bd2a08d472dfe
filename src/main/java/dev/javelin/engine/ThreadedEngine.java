package dev.javelin.engine;

import dev.javelin.backend.ModelRunner;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.kvcache.KvCacheManager;
import dev.javelin.scheduler.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** An {@link EngineLoop} on a thread of its own. Thread-safe: other threads only add to queues and read a snapshot. */
public final class ThreadedEngine implements Engine {
    private final ModelRunner runner;
    private final KvCacheManager cache;
    private final EngineLoop loop;
    private final LongSupplier nanoClock;
    private final Consumer<Throwable> onFailure;
    private final WarmUp warmUp;
    private final Queue<EngineTicket> inbox = new ConcurrentLinkedQueue<>();
    private final Queue<EngineTicket> signals = new ConcurrentLinkedQueue<>();
    private final CountDownLatch drained = new CountDownLatch(1);
    private final Thread thread;
    private final Object stateLock = new Object();
    private volatile EngineState state = EngineState.STARTING;
    private volatile EngineSnapshot snapshot;
    private volatile @Nullable JavelinException evictAllWith;
    private volatile boolean stopRequested;
    private long nextOrdinal;

    /**
     * An engine whose thread waits for {@link #start()}.
     *
     * @param runner runs the steps; this engine closes it
     * @param cache gives the blocks
     * @param scheduler plans the steps with that cache
     * @param sink takes what they give
     * @param nanoClock monotonic time
     * @param warmUpTime most time that made-up steps may take while nobody has asked for anything yet
     * @param onFailure told once, on the engine thread, if an error ended the engine
     */
    public ThreadedEngine(
            ModelRunner runner,
            KvCacheManager cache,
            Scheduler scheduler,
            TokenSink sink,
            LongSupplier nanoClock,
            Duration warmUpTime,
            Consumer<Throwable> onFailure) {
        this.runner = runner;
        this.cache = cache;
        this.loop = new EngineLoop(runner, cache, scheduler, sink, nanoClock);
        this.nanoClock = nanoClock;
        this.onFailure = onFailure;
        this.warmUp = new WarmUp(runner, warmUpTime.toNanos());
        this.snapshot = loop.snapshot(EngineState.STARTING);
        this.thread = new Thread(this::run, "engine");
    }

    @Override
    public void start() {
        state = EngineState.READY;
        snapshot = loop.snapshot(EngineState.READY);
        thread.start();
    }

    @Override
    public EngineTicket submit(EngineRequest request) {
        long neededTokens = (long) request.promptTokenIds().length + request.maxTokens();
        if (neededTokens > cache.capacityTokens()) {
            throw new JavelinException(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    "prompt and max_tokens need " + neededTokens + " tokens, the KV cache holds "
                            + cache.capacityTokens());
        }
        synchronized (stateLock) {
            if (state != EngineState.READY) {
                throw new JavelinException(
                        ErrorCode.NOT_READY,
                        "the engine takes no requests, it is " + state.name().toLowerCase(Locale.ROOT));
            }
            EngineTicket ticket = new EngineTicket(request, nextOrdinal++, nanoClock.getAsLong(), this::signal);
            inbox.add(ticket);
            LockSupport.unpark(thread);
            return ticket;
        }
    }

    private void signal(EngineTicket ticket) {
        signals.add(ticket);
        LockSupport.unpark(thread);
    }

    @Override
    public EngineSnapshot snapshot() {
        return snapshot;
    }

    private void run() {
        ArrayDeque<LaunchedStep> inFlight = new ArrayDeque<>();
        try {
            while (!stopRequested) {
                drainQueues();
                if (loop.isIdle() && inFlight.isEmpty()) {
                    rest();
                } else {
                    warmUp.stop();
                    inFlight = loop.step(inFlight);
                    snapshot = loop.snapshot(state);
                }
            }
            end(EngineState.STOPPED, new JavelinException(ErrorCode.NOT_READY, "the server is shutting down"));
        } catch (Throwable failure) {
            JavelinException told = failure instanceof JavelinException known
                    ? known
                    : new JavelinException(ErrorCode.DEVICE_FAILED, "the engine failed: " + failure, failure);
            end(EngineState.FAILED, told);
            onFailure.accept(failure);
        } finally {
            runner.close();
        }
    }

    private void drainQueues() {
        for (EngineTicket ticket = inbox.poll(); ticket != null; ticket = inbox.poll()) {
            loop.onSubmit(ticket);
            loop.onSignal(ticket);
        }
        for (EngineTicket ticket = signals.poll(); ticket != null; ticket = signals.poll()) {
            loop.onSignal(ticket);
        }
        JavelinException eviction = evictAllWith;
        if (eviction != null) {
            loop.failAll(eviction);
        }
    }

    /** Parks until something arrives; a drain ends here. */
    private void rest() {
        loop.flush();
        snapshot = loop.snapshot(state);
        synchronized (stateLock) {
            if (state == EngineState.DRAINING && inbox.isEmpty()) {
                drained.countDown();
            }
        }
        if (!inbox.isEmpty() || !signals.isEmpty() || stopRequested) {
            return;
        }
        if (state == EngineState.READY && !warmUp.isOver()) {
            warmUp.step(nanoClock);
        } else {
            LockSupport.park(this);
        }
    }

    private void end(EngineState last, JavelinException reason) {
        synchronized (stateLock) {
            state = last;
        }
        drainQueues();
        loop.failAll(reason);
        snapshot = loop.snapshot(last);
        drained.countDown();
    }

    @Override
    public boolean drain(Duration timeout) {
        synchronized (stateLock) {
            if (state == EngineState.READY) {
                state = EngineState.DRAINING;
            }
        }
        LockSupport.unpark(thread);
        boolean byThemselves = awaitDrained(timeout.toNanos());
        if (!byThemselves) {
            evictAllWith = new JavelinException(
                    ErrorCode.NOT_READY, "the server is shutting down and its grace time of " + timeout + " is over");
            LockSupport.unpark(thread);
            awaitDrained(TimeUnit.SECONDS.toNanos(5));
        }
        return byThemselves;
    }

    private boolean awaitDrained(long nanos) {
        try {
            return drained.await(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        stopRequested = true;
        LockSupport.unpark(thread);
        if (thread.isAlive() && thread.threadId() != Thread.currentThread().threadId()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else if (state == EngineState.STARTING) {
            state = EngineState.STOPPED;
            runner.close();
        }
    }
}
