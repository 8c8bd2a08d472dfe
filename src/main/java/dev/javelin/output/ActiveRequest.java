package dev.javelin.output;

import dev.javelin.engine.EngineTicket;
import dev.javelin.engine.TokenBatch.ChoiceUpdate;
import dev.javelin.engine.TokenBatch.RequestEnd;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.GenerationEvent;
import dev.javelin.generation.GenerationEvent.Completed;
import dev.javelin.generation.GenerationEvent.Started;
import dev.javelin.generation.GenerationRequest;
import dev.javelin.generation.RequestTiming;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.generation.Usage;
import dev.javelin.tokenizer.Tokenizer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;

/**
 * One request from subscription to terminal signal. The fields above the line are thread-safe; those below are confined
 * to the request's lane, after the submitting thread has filled them.
 */
final class ActiveRequest {
    private static final Logger LOG = System.getLogger(ActiveRequest.class.getName());

    private final GenerationRequest request;
    private final Permits permits;
    private final Executor lane;
    private final long arrivedNanos;
    private final EventBuffer buffer;
    private final EventSubscription subscription;
    private final AtomicBoolean permitHeld = new AtomicBoolean();
    private volatile @Nullable EngineTicket ticket;

    // ---- confined to the lane ----
    private final List<ChoiceOutput> choices = new ArrayList<>();
    private final List<TokenLogprobs> promptScores = new ArrayList<>();
    private int promptTokens;
    private boolean promptScored;
    private long firstTokenNanos;
    private boolean failed;

    ActiveRequest(
            GenerationRequest request,
            CoreSubscriber<? super GenerationEvent> subscriber,
            Permits permits,
            Executor lane,
            long arrivedNanos) {
        this.request = request;
        this.permits = permits;
        this.lane = lane;
        this.arrivedNanos = arrivedNanos;
        this.buffer = new EventBuffer(request.choiceCount());
        this.subscription = new EventSubscription(subscriber, buffer, this::cancelTicket);
    }

    GenerationRequest request() {
        return request;
    }

    EventSubscription subscription() {
        return subscription;
    }

    boolean isCancelled() {
        return subscription.isCancelled();
    }

    boolean tryTakePermit() {
        boolean taken = permits.tryTake();
        permitHeld.set(taken);
        return taken;
    }

    /** Gives the permit back if it is still held. */
    void releasePermit() {
        if (permitHeld.getAndSet(false)) {
            permits.giveBack();
        }
    }

    /** Ends the series with an error; any thread. */
    void fail(Throwable failure) {
        buffer.fail(failure);
        subscription.drain();
    }

    /** Called by the submitting thread before the engine knows the request. */
    void prepare(int[] promptTokenIds, Tokenizer tokenizer) {
        promptTokens = promptTokenIds.length;
        StopStrings stopStrings = new StopStrings(request.stop().stopStrings());
        for (int i = 0; i < request.choiceCount(); i++) {
            choices.add(new ChoiceOutput(i, request.stop(), stopStrings, tokenizer, promptTokenIds));
        }
    }

    /** Called by the submitting thread when the engine took the request, perhaps after its first news. */
    void accepted(EngineTicket accepted) {
        ticket = accepted;
        if (isCancelled()) {
            accepted.cancel();
        }
        buffer.start(new Started(accepted.request().promptTokenIds()));
        subscription.drain();
    }

    private void cancelTicket() {
        EngineTicket accepted = ticket;
        if (accepted != null) {
            accepted.cancel();
        }
    }

    /** Called by the engine thread: hands the news to the lane. */
    void onUpdate(ChoiceUpdate update, long completedNanos) {
        lane.execute(() -> guard(update.ticket(), () -> takeUpdate(update, completedNanos)));
    }

    /** Called by the engine thread: hands the last news to the lane. */
    void onEnd(RequestEnd end, long completedNanos) {
        releasePermit();
        lane.execute(() -> guard(end.ticket(), () -> takeEnd(end, completedNanos)));
    }

    /** A failure of ours ends this request alone. */
    private void guard(EngineTicket accepted, Runnable task) {
        if (failed) {
            return;
        }
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            failed = true;
            accepted.cancel();
            LOG.log(Level.ERROR, "request " + request.requestId() + " failed in its output", e);
            fail(new JavelinException(ErrorCode.INTERNAL, "the answer could not be put into text", e));
        }
    }

    private void takeUpdate(ChoiceUpdate update, long completedNanos) {
        takePromptScores(update);
        if (update.tokenIds().length > 0 && firstTokenNanos == 0) {
            firstTokenNanos = completedNanos;
        }
        choices.get(update.choiceIndex()).onUpdate(update, buffer);
        subscription.drain();
    }

    private void takePromptScores(ChoiceUpdate update) {
        if (promptScored || request.logprobs().promptTopCount() == null) {
            return;
        }
        promptScores.addAll(update.promptScores());
        if (promptScores.size() >= promptTokens - 1 || update.tokenIds().length > 0 || update.end() != null) {
            promptScored = true;
            buffer.addPromptScores(List.copyOf(promptScores));
        }
    }

    private void takeEnd(RequestEnd end, long completedNanos) {
        JavelinException failure = end.failure();
        if (failure == null) {
            failure = incompleteness();
        }
        if (failure == null) {
            buffer.complete(completed(end, completedNanos));
        } else {
            buffer.fail(failure);
        }
        subscription.drain();
    }

    private @Nullable JavelinException incompleteness() {
        for (ChoiceOutput choice : choices) {
            FinishReason reason = choice.finishReason();
            if (reason == null) {
                return new JavelinException(ErrorCode.INTERNAL, "the engine ended a request without its answers");
            }
            if (reason == FinishReason.CANCELLED) {
                return new JavelinException(
                        ErrorCode.NOT_READY, "the server ended this request before its answer was complete");
            }
        }
        return null;
    }

    private Completed completed(RequestEnd end, long completedNanos) {
        int completionTokens =
                choices.stream().mapToInt(ChoiceOutput::tokenCount).sum();
        long queuedNanos = end.ticket().submittedNanos();
        return new Completed(
                new Usage(promptTokens, completionTokens, end.cachedPromptTokens()),
                new RequestTiming(
                        arrivedNanos,
                        queuedNanos,
                        end.firstScheduledNanos(),
                        firstTokenNanos == 0 ? completedNanos : firstTokenNanos,
                        completedNanos));
    }
}
