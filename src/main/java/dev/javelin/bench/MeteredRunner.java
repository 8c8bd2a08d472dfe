package dev.javelin.bench;

import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.backend.StepPlan;
import dev.javelin.backend.StepResult;
import dev.javelin.backend.TokenMask;
import dev.javelin.ownership.EngineThread;
import java.util.List;
import java.util.function.LongSupplier;

/** A runner whose calls are timed; some 100 ns a step. Confined to the engine thread, as what it wraps. */
@EngineThread
final class MeteredRunner implements ModelRunner {
    private final ModelRunner runner;
    private final StepMeter meter;
    private final LongSupplier nanoClock;

    MeteredRunner(ModelRunner runner, StepMeter meter, LongSupplier nanoClock) {
        this.runner = runner;
        this.meter = meter;
        this.nanoClock = nanoClock;
    }

    @Override
    public RunnerDescription description() {
        return runner.description();
    }

    @Override
    public PendingStep launch(StepPlan plan) {
        long start = nanoClock.getAsLong();
        PendingStep pending = runner.launch(plan);
        meter.launched(plan.rows().size(), plan.tokenCount(), start, nanoClock.getAsLong());
        return new MeteredStep(plan, pending);
    }

    @Override
    public void close() {
        runner.close();
    }

    private final class MeteredStep implements PendingStep {
        private final StepPlan plan;
        private final PendingStep pending;

        private MeteredStep(StepPlan plan, PendingStep pending) {
            this.plan = plan;
            this.pending = pending;
        }

        @Override
        public void sample(List<TokenMask> masks) {
            long start = nanoClock.getAsLong();
            pending.sample(masks);
            meter.sampled(start, nanoClock.getAsLong());
        }

        @Override
        public StepResult await() {
            long start = nanoClock.getAsLong();
            StepResult result = pending.await();
            meter.awaited(plan.rows().size(), plan.tokenCount(), start, nanoClock.getAsLong(), result.computeNanos());
            return result;
        }
    }
}
