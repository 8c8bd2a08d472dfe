package dev.javelin.output;

import dev.javelin.engine.Engine;
import dev.javelin.engine.EngineRequest;
import dev.javelin.engine.EngineSnapshot;
import dev.javelin.engine.EngineState;
import dev.javelin.engine.EngineTicket;
import dev.javelin.engine.TokenBatch;
import dev.javelin.engine.TokenBatch.ChoiceEnd;
import dev.javelin.engine.TokenBatch.ChoiceUpdate;
import dev.javelin.engine.TokenBatch.RequestEnd;
import dev.javelin.engine.TokenSink;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.TokenLogprobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * An engine that says what a script tells it, for tests of what stands in front of it. {@link #step} is driven by one
 * thread: the test's own, or the one that {@link #start} makes.
 */
public final class ScriptedEngine implements Engine {
    private final Script script;
    private final TokenSink sink;
    private final ConcurrentLinkedQueue<EngineTicket> inbox = new ConcurrentLinkedQueue<>();
    private final List<Running> running = new ArrayList<>();
    private volatile EngineState state = EngineState.READY;
    private final AtomicLong signalCount = new AtomicLong();
    private volatile boolean paused;
    private volatile int runningCount;
    private final AtomicLong stepCount = new AtomicLong();
    private final AtomicLong finishedRequests = new AtomicLong();
    private final AtomicLong overrunTokens = new AtomicLong();

    public ScriptedEngine(Script script, TokenSink sink) {
        this.script = script;
        this.sink = sink;
    }

    /** What the model says. */
    public interface Script {
        /** The tokens of one choice; without an ending token in them the choice ends with LENGTH. */
        int[] tokens(EngineRequest request, int choiceIndex);

        /** How many tokens a step gives, at least 1. */
        default int tokensPerStep() {
            return 1;
        }

        /** Prompt tokens found in the prefix cache. */
        default int cachedPromptTokens(EngineRequest request) {
            return 0;
        }

        /** After how many tokens of choice 0 the request fails, or -1. */
        default int failsAfterTokens(EngineRequest request) {
            return -1;
        }
    }

    @Override
    public EngineTicket submit(EngineRequest request) {
        if (state != EngineState.READY) {
            throw new JavelinException(ErrorCode.NOT_READY, "the engine is " + state);
        }
        EngineTicket ticket =
                new EngineTicket(request, 0, System.nanoTime(), signalled -> signalCount.incrementAndGet());
        inbox.add(ticket);
        return ticket;
    }

    @Override
    public EngineSnapshot snapshot() {
        return new EngineSnapshot(
                state,
                stepCount.get(),
                inbox.size(),
                runningCount,
                0,
                0,
                0,
                0,
                0,
                0,
                overrunTokens.get(),
                0,
                0,
                finishedRequests.get(),
                0);
    }

    @Override
    public boolean drain(Duration timeout) {
        state = EngineState.DRAINING;
        return true;
    }

    public void setState(EngineState next) {
        state = next;
    }

    /** While paused, the engine's own thread takes nothing from the inbox and makes no tokens. */
    public void setPaused(boolean paused) {
        this.paused = paused;
    }

    @Override
    public void close() {
        state = EngineState.STOPPED;
    }

    /** Nothing to do: tests drive the steps, or start a thread with {@link #start(Duration)}. */
    @Override
    public void start() {}

    /** Starts a thread that steps until the engine is closed. */
    public ScriptedEngine start(Duration stepTime) {
        Thread.ofPlatform().daemon().name("engine").start(() -> {
            while (state != EngineState.STOPPED) {
                if (!paused) {
                    step();
                }
                LockSupport.parkNanos(stepTime.toNanos());
            }
        });
        return this;
    }

    /** How often a ticket's flag was set: a cancel, or the end of a choice. */
    public long signalCount() {
        return signalCount.get();
    }

    public int runningRequestCount() {
        return runningCount;
    }

    /** One step for every request; whether there was anything to do. */
    public boolean step() {
        List<EngineTicket> scheduled = new ArrayList<>();
        for (EngineTicket ticket = inbox.poll(); ticket != null; ticket = inbox.poll()) {
            scheduled.add(ticket);
            running.add(new Running(ticket));
        }
        List<ChoiceUpdate> updates = new ArrayList<>();
        List<RequestEnd> ended = new ArrayList<>();
        for (Running request : List.copyOf(running)) {
            RequestEnd end = request.advance(updates);
            if (end != null) {
                ended.add(end);
                running.remove(request);
                finishedRequests.incrementAndGet();
            }
        }
        runningCount = running.size();
        stepCount.incrementAndGet();
        if (scheduled.isEmpty() && updates.isEmpty() && ended.isEmpty()) {
            return false;
        }
        sink.onBatch(new TokenBatch(System.nanoTime(), scheduled, updates, ended));
        return true;
    }

    /** A log-probability that a test can compute. */
    public static float logprob(int tokenId) {
        return -(tokenId % 16) / 8f;
    }

    public static TokenLogprobs logprobs(int tokenId, int topCount) {
        int[] top = new int[topCount];
        float[] topLogprobs = new float[topCount];
        for (int i = 0; i < topCount; i++) {
            top[i] = tokenId + i;
            topLogprobs[i] = logprob(tokenId) - i;
        }
        return new TokenLogprobs(tokenId, logprob(tokenId), top, topLogprobs);
    }

    private final class Running {
        private final EngineTicket ticket;
        private final EngineRequest request;
        private final int[][] scripts;
        private final int[] given;
        private final boolean[] ended;
        private final long scheduledNanos = System.nanoTime();
        private boolean scored;

        private Running(EngineTicket ticket) {
            this.ticket = ticket;
            this.request = ticket.request();
            this.scripts = new int[request.choiceCount()][];
            this.given = new int[request.choiceCount()];
            this.ended = new boolean[request.choiceCount()];
            for (int i = 0; i < scripts.length; i++) {
                scripts[i] = script.tokens(request, i);
            }
        }

        private @Nullable RequestEnd advance(List<ChoiceUpdate> updates) {
            int failsAfter = script.failsAfterTokens(request);
            if (failsAfter >= 0 && given[0] >= failsAfter) {
                return end(new JavelinException(ErrorCode.NUMERICS_FAILED, "the model gave NaN logits"));
            }
            boolean allEnded = true;
            for (int i = 0; i < scripts.length; i++) {
                if (!ended[i]) {
                    updates.add(update(i));
                }
                allEnded &= ended[i];
            }
            return allEnded ? end(null) : null;
        }

        private RequestEnd end(@Nullable JavelinException failure) {
            return new RequestEnd(ticket, script.cachedPromptTokens(request), scheduledNanos, failure);
        }

        private ChoiceUpdate update(int choice) {
            if (ticket.isCancelled()) {
                return ending(choice, FinishReason.CANCELLED);
            }
            if (ticket.isFinished(choice)) {
                return ending(choice, FinishReason.STOP);
            }
            int from = given[choice];
            int limit = Math.min(scripts[choice].length, request.maxTokens());
            int to = Math.min(limit, from + script.tokensPerStep());
            ChoiceEnd end = null;
            for (int i = from; i < to && end == null; i++) {
                int token = scripts[choice][i];
                if (i >= request.minTokens() && Arrays.binarySearch(request.endTokenIds(), token) >= 0) {
                    end = new ChoiceEnd(FinishReason.STOP, token);
                    to = i + 1;
                }
            }
            if (end == null && to == limit) {
                end = new ChoiceEnd(FinishReason.LENGTH, null);
            }
            given[choice] = to;
            ended[choice] = end != null;
            int[] tokens = Arrays.copyOfRange(scripts[choice], from, to);
            return new ChoiceUpdate(ticket, choice, tokens, answerLogprobs(tokens), promptScores(), end);
        }

        private ChoiceUpdate ending(int choice, FinishReason reason) {
            ended[choice] = true;
            overrunTokens.incrementAndGet();
            return new ChoiceUpdate(ticket, choice, new int[0], List.of(), List.of(), new ChoiceEnd(reason, null));
        }

        private List<TokenLogprobs> answerLogprobs(int[] tokens) {
            Integer top = request.logprobs().answerTopCount();
            return top == null
                    ? List.of()
                    : Arrays.stream(tokens).mapToObj(id -> logprobs(id, top)).toList();
        }

        private List<TokenLogprobs> promptScores() {
            Integer top = request.logprobs().promptTopCount();
            if (top == null || scored) {
                return List.of();
            }
            scored = true;
            return Arrays.stream(request.promptTokenIds())
                    .skip(1)
                    .mapToObj(id -> logprobs(id, top))
                    .toList();
        }
    }
}
