package dev.javelin.output;

import dev.javelin.engine.Engine;
import dev.javelin.engine.EngineRequest;
import dev.javelin.engine.EngineState;
import dev.javelin.engine.EngineTicket;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.GenerationEvent;
import dev.javelin.generation.GenerationRequest;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * The scheduler service that subscribers see: stands in front of the engine thread and turns requests into streams of
 * events. Thread-safe.
 */
public final class GenerationService {
    private static final Logger LOG = System.getLogger(GenerationService.class.getName());

    private final Engine engine;
    private final TokenDistributor distributor;
    private final TextModel model;
    private final EngineRequests engineRequests;
    private final Executor tokenizeThreads;
    private final Permits permits;
    private final LongSupplier nanoClock;

    /**
     * A service over an engine whose token sink is {@code distributor}.
     *
     * @param engine takes the requests
     * @param distributor the engine's token sink
     * @param model encodes, decodes and sets the limits
     * @param threads where encoding runs, and how much may wait
     * @param sources of time and seeds
     */
    public GenerationService(
            Engine engine, TokenDistributor distributor, TextModel model, Threads threads, Sources sources) {
        this.engine = engine;
        this.distributor = distributor;
        this.model = model;
        this.engineRequests = new EngineRequests(model, sources.seeds());
        this.tokenizeThreads = threads.tokenize();
        this.permits = new Permits(threads.queueLimitCount());
        this.nanoClock = sources.nanoClock();
    }

    /**
     * Where requests are encoded and how many may wait. Immutable.
     *
     * @param tokenize runs encoding; may reject
     * @param queueLimitCount most requests that are accepted and not yet scheduled
     */
    public record Threads(Executor tokenize, int queueLimitCount) {}

    /**
     * Where time and randomness come from. Immutable.
     *
     * @param nanoClock monotonic nanoseconds, the engine's clock
     * @param seeds a new seed for each request without one; called by many threads
     */
    public record Sources(LongSupplier nanoClock, LongSupplier seeds) {}

    /**
     * The answer to a request, produced anew for each subscriber. A cancel at any stage ends the work for it.
     *
     * @param request whose id no running request has
     * @return events as {@link GenerationEvent} orders them; or an error: QUEUE_FULL, NOT_READY, INVALID_REQUEST,
     *     CONTEXT_LENGTH_EXCEEDED, TEMPLATE_FAILED before the first event, anything internal at any time. Signals come
     *     on output threads, on tokenize threads or on the thread that requests more
     */
    public Flux<GenerationEvent> generate(GenerationRequest request) {
        return new Answer(request);
    }

    /** Requests that are accepted and not yet scheduled. */
    public int waitingRequestCount() {
        return permits.takenCount();
    }

    private void start(GenerationRequest request, CoreSubscriber<? super GenerationEvent> subscriber) {
        ActiveRequest active =
                new ActiveRequest(request, subscriber, permits, distributor.nextLane(), nanoClock.getAsLong());
        subscriber.onSubscribe(active.subscription());
        if (active.isCancelled()) {
            return;
        }
        EngineState state = engine.snapshot().state();
        if (state != EngineState.READY) {
            active.fail(
                    new JavelinException(ErrorCode.NOT_READY, "the engine is " + state + " and takes no new requests"));
            return;
        }
        if (!active.tryTakePermit()) {
            active.fail(queueFull(permits.limitCount() + " requests are waiting, which is the limit"));
            return;
        }
        try {
            tokenizeThreads.execute(() -> submit(active));
        } catch (RejectedExecutionException e) {
            active.releasePermit();
            active.fail(queueFull("no more prompts can be encoded now"));
        }
    }

    private static JavelinException queueFull(String message) {
        return new JavelinException(ErrorCode.QUEUE_FULL, message + "; try again later");
    }

    /** Runs on a tokenize thread. */
    private void submit(ActiveRequest active) {
        try {
            if (active.isCancelled() || !trySubmit(active)) {
                active.releasePermit();
            }
        } catch (JavelinException e) {
            active.releasePermit();
            active.fail(e);
        } catch (RuntimeException | Error e) {
            active.releasePermit();
            LOG.log(Level.ERROR, "request " + active.request().requestId() + " failed before the engine", e);
            active.fail(new JavelinException(ErrorCode.INTERNAL, "the prompt could not be encoded", e));
        }
    }

    /** Encodes, checks and hands over; false if the subscriber left meanwhile. */
    private boolean trySubmit(ActiveRequest active) {
        GenerationRequest request = active.request();
        request.checkTokenIds(model.vocabularyTokens());
        int[] promptTokenIds = model.prompts().encode(request.prompt());
        EngineRequest engineRequest = engineRequests.assemble(request, promptTokenIds);
        if (active.isCancelled()) {
            return false;
        }
        active.prepare(promptTokenIds, model.tokenizer());
        distributor.register(active);
        active.accepted(submit(active, engineRequest));
        return true;
    }

    private EngineTicket submit(ActiveRequest active, EngineRequest engineRequest) {
        try {
            return engine.submit(engineRequest);
        } catch (RuntimeException | Error e) {
            distributor.unregister(active);
            throw e;
        }
    }

    /** Cold: each subscription is a request of its own. */
    private final class Answer extends Flux<GenerationEvent> {
        private final GenerationRequest request;

        private Answer(GenerationRequest request) {
            this.request = request;
        }

        @Override
        public void subscribe(CoreSubscriber<? super GenerationEvent> subscriber) {
            start(request, subscriber);
        }
    }
}
