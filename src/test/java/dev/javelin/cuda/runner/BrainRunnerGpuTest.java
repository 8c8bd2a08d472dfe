package dev.javelin.cuda.runner;

import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.ModelRunnerContract;
import dev.javelin.backend.TinyModel;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.model.LoadedModel;
import org.junit.jupiter.api.Tag;

/** The contract in bfloat16. */
@Tag("gpu")
class BrainRunnerGpuTest extends ModelRunnerContract {
    @Override
    protected ModelRunner runner(LoadedModel model) {
        return TestRunners.create(model, ElementType.BF16, MAX_SLOTS, MAX_STEP_TOKENS, CACHE_TOKENS);
    }

    @Override
    protected LoadedModel load(TinyModel model) {
        return RoundedWeights.of(super.load(model), ElementType.BF16);
    }

    /** Eight times half precision's. */
    @Override
    protected double tolerance() {
        return 0.48;
    }

    @Override
    protected double drawSlack() {
        return 0.8;
    }

    @Override
    protected double recomputeSlack() {
        return drawSlack();
    }
}
