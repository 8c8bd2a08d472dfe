package dev.javelin.bench;

import dev.javelin.bench.RunTimes.Arrival;
import dev.javelin.engine.EngineRequest;
import dev.javelin.engine.TokenBatch;
import dev.javelin.engine.TokenBatch.ChoiceUpdate;
import dev.javelin.engine.TokenBatch.RequestEnd;
import dev.javelin.engine.TokenSink;
import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notes when tokens reach Java. Thread-safe: the engine thread writes into the run that is on, whose reader waits for
 * its end.
 */
final class TokenClock implements TokenSink {
    private final LongSupplier nanoClock;
    private volatile @Nullable Run current;

    /** A clock without a run. */
    TokenClock(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Begins a run, before its first request is submitted.
     *
     * @param requests with ids of their own
     * @param together whether the engine is held at its first step until {@link Run#allSubmitted}: so that a fast one
     *     has not ended the first request before the last is there
     */
    Run begin(List<EngineRequest> requests, boolean together) {
        Run run = new Run(requests, together);
        current = run;
        return run;
    }

    @Override
    public void onBatch(TokenBatch batch) {
        long nowNanos = nanoClock.getAsLong();
        Run run = current;
        if (run != null) {
            run.onBatch(batch, nowNanos);
            run.awaitSubmission();
        }
    }

    /** Requests that run together. The submitting thread calls {@link #submitting}, the engine's {@link #onBatch}. */
    final class Run {
        private final Map<String, Integer> indexes = new HashMap<>();
        private final long[] submitted;
        private final long[] first;
        private final long[] last;
        private final int[] tokens;
        private final int[] cached;
        private final List<Arrival> arrivals = new ArrayList<>();
        private final CountDownLatch open;
        private final CountDownLatch unsubmitted;
        private @Nullable JavelinException failure;

        private Run(List<EngineRequest> requests, boolean together) {
            int count = requests.size();
            submitted = new long[count];
            first = new long[count];
            last = new long[count];
            tokens = new int[count];
            cached = new int[count];
            open = new CountDownLatch(count);
            unsubmitted = new CountDownLatch(together ? 1 : 0);
            for (EngineRequest request : requests) {
                indexes.put(request.requestId(), indexes.size());
            }
            if (indexes.size() != count) {
                throw new IllegalArgumentException("requests of one run need ids of their own");
            }
        }

        /** Starts a request's time; called before it is submitted. */
        void submitting(int index) {
            submitted[index] = nanoClock.getAsLong();
        }

        /** Lets the engine go on; called when all are submitted, or no more will be. */
        void allSubmitted() {
            unsubmitted.countDown();
        }

        private void awaitSubmission() {
            try {
                unsubmitted.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Zero when every request has ended; then the engine thread is done with this run. */
        CountDownLatch open() {
            return open;
        }

        private void onBatch(TokenBatch batch, long nowNanos) {
            int arrived = 0;
            for (ChoiceUpdate update : batch.updates()) {
                Integer index = indexes.get(update.ticket().request().requestId());
                int count = update.tokenIds().length;
                if (index != null && count > 0) {
                    if (tokens[index] == 0) {
                        first[index] = nowNanos;
                    }
                    last[index] = nowNanos;
                    tokens[index] += count;
                    arrived += count;
                }
            }
            if (arrived > 0) {
                arrivals.add(new Arrival(nowNanos, arrived));
            }
            for (RequestEnd end : batch.ended()) {
                Integer index = indexes.get(end.ticket().request().requestId());
                if (index != null) {
                    cached[index] = end.cachedPromptTokens();
                    failure = end.failure() == null ? failure : end.failure();
                    open.countDown();
                }
            }
        }

        /**
         * The times, once {@link #open()} is zero.
         *
         * @throws JavelinException what failed a request
         */
        RunTimes times() {
            JavelinException cause = failure;
            if (cause != null) {
                throw cause;
            }
            List<RequestTimes> times = new ArrayList<>();
            for (int i = 0; i < tokens.length; i++) {
                times.add(new RequestTimes(submitted[i], first[i], last[i], tokens[i], cached[i]));
            }
            return new RunTimes(times, arrivals);
        }
    }
}
