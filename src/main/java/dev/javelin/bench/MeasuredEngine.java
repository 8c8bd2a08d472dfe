package dev.javelin.bench;

import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.config.EngineAssembly;
import dev.javelin.config.OpenedModel;
import dev.javelin.engine.Engine;
import dev.javelin.engine.EngineRequest;
import dev.javelin.engine.EngineTicket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's engine, with the arrival of tokens and the engine thread's time measured. Used by one thread; it closes
 * the runner.
 */
final class MeasuredEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MeasuredEngine.class);

    private final Engine engine;
    private final TokenClock clock;
    private final StepMeter meter;
    private final RunnerDescription description;

    private MeasuredEngine(Engine engine, TokenClock clock, StepMeter meter, RunnerDescription description) {
        this.engine = engine;
        this.clock = clock;
        this.meter = meter;
        this.description = description;
    }

    /** Starts an engine with a prefix cache; requests that must share nothing have salts of their own. */
    static MeasuredEngine start(OpenedModel model, ModelRunner runner) {
        TokenClock clock = new TokenClock(System::nanoTime);
        StepMeter meter = new StepMeter();
        Engine engine = EngineAssembly.engine(
                new MeteredRunner(runner, meter, System::nanoTime),
                model,
                true,
                clock,
                Duration.ZERO,
                failure -> LOG.error("the engine failed", failure));
        engine.start();
        return new MeasuredEngine(engine, clock, meter, runner.description());
    }

    RunnerDescription description() {
        return description;
    }

    StepMeter meter() {
        return meter;
    }

    /**
     * Submits requests, as fast as the engine takes them, and waits for all.
     *
     * @param requests with ids of their own
     * @param together whether the engine's second step waits until all are submitted
     * @param deadline when what still runs is cancelled
     * @throws OutOfTimeException if it passed
     * @throws dev.javelin.error.JavelinException what failed a request, or why the engine did not take it
     */
    RunTimes run(List<EngineRequest> requests, boolean together, Deadline deadline) throws OutOfTimeException {
        TokenClock.Run run = clock.begin(requests, together);
        List<EngineTicket> tickets = new ArrayList<>(requests.size());
        try {
            for (int i = 0; i < requests.size(); i++) {
                run.submitting(i);
                tickets.add(engine.submit(requests.get(i)));
            }
        } finally {
            run.allSubmitted();
        }
        try {
            if (!run.open().await(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                tickets.forEach(EngineTicket::cancel);
                run.open().await();
                throw new OutOfTimeException();
            }
        } catch (InterruptedException e) {
            tickets.forEach(EngineTicket::cancel);
            Thread.currentThread().interrupt();
            throw new OutOfTimeException();
        }
        return run.times();
    }

    @Override
    public void close() {
        engine.close();
    }
}
