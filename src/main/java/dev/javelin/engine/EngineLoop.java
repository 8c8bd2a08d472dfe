package dev.javelin.engine;

import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.StepResult;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.FinishReason;
import dev.javelin.kvcache.BlockPool;
import dev.javelin.kvcache.KvCacheManager;
import dev.javelin.ownership.EngineThread;
import dev.javelin.scheduler.PlannedStep;
import dev.javelin.scheduler.Scheduler;
import dev.javelin.scheduler.SchedulerCounters;
import dev.javelin.scheduler.Sequence;
import dev.javelin.scheduler.SequenceNews;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The engine's duty cycle. Confined to one thread, which may be a test's: it blocks only in
 * {@link dev.javelin.backend.PendingStep#await}.
 */
@EngineThread
public final class EngineLoop {
    private final ModelRunner runner;
    private final int maxStepsInFlight;
    private final KvCacheManager cache;
    private final Scheduler scheduler;
    private final TokenSink sink;
    private final LongSupplier nanoClock;
    private final Map<Long, LiveRequest> requests = new LinkedHashMap<>();
    private BatchBuilder batch = new BatchBuilder();
    private long stepCount;
    private long finishedRequests;
    private long busyNanos;
    private long lastCompletedNanos = Long.MIN_VALUE;

    /**
     * A loop without requests.
     *
     * @param runner runs the steps; the caller keeps and closes it
     * @param cache gives the blocks
     * @param scheduler plans the steps with that cache
     * @param sink takes what they give
     * @param nanoClock monotonic time
     */
    public EngineLoop(
            ModelRunner runner, KvCacheManager cache, Scheduler scheduler, TokenSink sink, LongSupplier nanoClock) {
        this.runner = runner;
        this.maxStepsInFlight = runner.description().maxStepsInFlight();
        this.cache = cache;
        this.scheduler = scheduler;
        this.sink = sink;
        this.nanoClock = nanoClock;
    }

    /** Takes an accepted request. */
    public void onSubmit(EngineTicket ticket) {
        List<Sequence> choices = Choices.of(ticket);
        choices.forEach(scheduler::add);
        requests.put(ticket.requestOrdinal(), new LiveRequest(ticket, choices));
    }

    /** Ends what a ticket's flags say; a request that has ended, or is not known yet, is left alone. */
    public void onSignal(EngineTicket ticket) {
        LiveRequest request = requests.get(ticket.requestOrdinal());
        if (request != null) {
            FinishReason reason = ticket.isCancelled() ? FinishReason.CANCELLED : FinishReason.STOP;
            for (int choice = 0; choice < request.choices().size(); choice++) {
                if (ticket.isFinished(choice)) {
                    endChoice(request, choice, reason, null);
                }
            }
        }
    }

    /** Ends every request with an error. */
    public void failAll(JavelinException failure) {
        for (LiveRequest request : List.copyOf(requests.values())) {
            failRequest(request, failure);
        }
        flush();
    }

    /** Whether no request is left. */
    public boolean isIdle() {
        return requests.isEmpty();
    }

    /**
     * One duty cycle.
     *
     * @param inFlight steps launched and not awaited, oldest first
     * @return the same queue, afterwards
     */
    ArrayDeque<LaunchedStep> step(ArrayDeque<LaunchedStep> inFlight) {
        while (inFlight.size() >= maxStepsInFlight) {
            completeOldest(inFlight);
        }
        PlannedStep planned = scheduler.plan();
        if (planned.isEmpty()) {
            if (!inFlight.isEmpty()) {
                completeOldest(inFlight);
            }
        } else {
            LaunchedStep launched = launch(planned);
            while (!inFlight.isEmpty() && inFlight.size() + 1 >= maxStepsInFlight) {
                completeOldest(inFlight);
            }
            launched.pending().sample(List.of());
            inFlight.add(launched);
        }
        flush();
        return inFlight;
    }

    private LaunchedStep launch(PlannedStep planned) {
        long nowNanos = nanoClock.getAsLong();
        for (PlannedStep.Admission admission : planned.admitted()) {
            LiveRequest request = live(admission.sequence());
            if (request != null && request.schedule(admission.cachedTokens(), nowNanos)) {
                batch.scheduled(request.ticket());
            }
        }
        return new LaunchedStep(planned, runner.launch(planned.plan()), nowNanos);
    }

    private void completeOldest(ArrayDeque<LaunchedStep> inFlight) {
        LaunchedStep oldest = inFlight.removeFirst();
        StepResult result = oldest.pending().await();
        long nowNanos = nanoClock.getAsLong();
        busyNanos += nowNanos - Math.max(oldest.launchedNanos(), lastCompletedNanos);
        lastCompletedNanos = nowNanos;
        stepCount++;
        for (SequenceNews news : scheduler.complete(oldest.planned(), result)) {
            LiveRequest request = live(news.sequence());
            if (request != null) {
                report(request, news);
            }
        }
    }

    private void report(LiveRequest request, SequenceNews news) {
        if (news.finish() == FinishReason.ERROR) {
            failRequest(
                    request,
                    new JavelinException(
                            ErrorCode.NUMERICS_FAILED,
                            "the model gave logits that are not numbers after "
                                    + news.sequence().tokenCount() + " tokens"));
            return;
        }
        boolean isNews = news.finish() != null
                || news.tokenIds().length > 0
                || !news.promptScores().isEmpty();
        if (isNews) {
            batch.update(request.ticket(), news);
        }
        if (news.finish() != null) {
            closeChoice(request, null);
        }
    }

    private @Nullable LiveRequest live(Sequence sequence) {
        return requests.get(Choices.requestOrdinal(sequence));
    }

    private void failRequest(LiveRequest request, JavelinException failure) {
        for (int choice = 0; choice < request.choices().size(); choice++) {
            endChoice(request, choice, FinishReason.ERROR, failure);
        }
        if (!request.hasEnded()) {
            closeChoice(request, failure);
        }
    }

    private void endChoice(LiveRequest request, int choice, FinishReason reason, @Nullable JavelinException failure) {
        Sequence sequence = request.choices().get(choice);
        if (!sequence.state().isTerminal()) {
            scheduler.end(sequence);
            batch.end(request.ticket(), choice, reason);
            closeChoice(request, failure);
        }
    }

    private void closeChoice(LiveRequest request, @Nullable JavelinException failure) {
        if (request.closeChoice()) {
            requests.remove(request.ticket().requestOrdinal());
            finishedRequests++;
            batch.ended(request, failure, nanoClock.getAsLong());
        }
    }

    /** Hands what has been collected to the sink. */
    void flush() {
        if (!batch.isEmpty()) {
            BatchBuilder full = batch;
            batch = new BatchBuilder();
            sink.onBatch(full.build(nanoClock.getAsLong()));
        }
    }

    /** The loop's books for other threads. */
    public EngineSnapshot snapshot(EngineState state) {
        SchedulerCounters counters = scheduler.counters();
        List<BlockPool> pools = cache.pools();
        return new EngineSnapshot(
                state,
                stepCount,
                scheduler.waitingCount(),
                scheduler.runningCount(),
                pools.stream().mapToInt(BlockPool::heldBlocks).sum(),
                pools.stream().mapToInt(BlockPool::cachedBlocks).sum(),
                pools.stream().mapToInt(BlockPool::totalBlocks).sum(),
                counters.promptTokens(),
                counters.cachedPromptTokens(),
                counters.generatedTokens(),
                counters.overrunTokens(),
                counters.computedTokens(),
                counters.preemptionCount(),
                finishedRequests,
                busyNanos);
    }

    /**
     * Checks that the books agree with each other.
     *
     * @throws IllegalStateException naming what disagrees
     */
    public void checkIntegrity() {
        scheduler.checkIntegrity();
        List<Sequence> alive = new ArrayList<>();
        requests.values().forEach(request -> alive.addAll(request.choices()));
        alive.removeIf(sequence -> sequence.state().isTerminal());
        if (alive.size() != scheduler.waitingCount() + scheduler.runningCount()) {
            throw new IllegalStateException(alive.size() + " choices live, the scheduler has "
                    + scheduler.waitingCount() + " waiting and " + scheduler.runningCount() + " running");
        }
    }
}
