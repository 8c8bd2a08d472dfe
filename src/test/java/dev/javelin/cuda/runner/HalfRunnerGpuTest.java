package dev.javelin.cuda.runner;

import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.ModelRunnerContract;
import dev.javelin.backend.TinyModel;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.model.LoadedModel;
import org.junit.jupiter.api.Tag;

/** The contract in half precision, whose noise is small enough to compare closely. */
@Tag("gpu")
class HalfRunnerGpuTest extends ModelRunnerContract {
    @Override
    protected ModelRunner runner(LoadedModel model) {
        return TestRunners.create(model, ElementType.F16, MAX_SLOTS, MAX_STEP_TOKENS, CACHE_TOKENS);
    }

    @Override
    protected LoadedModel load(TinyModel model) {
        return RoundedWeights.of(super.load(model), ElementType.F16);
    }

    /** Activations of these models are rounded to 11 bits some twenty times; logits reach 20. */
    @Override
    protected double tolerance() {
        return 0.06;
    }

    @Override
    protected double drawSlack() {
        return 0.12;
    }

    @Override
    protected double recomputeSlack() {
        return drawSlack();
    }
}
