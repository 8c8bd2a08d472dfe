package dev.javelin.cpu;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.ModelRunnerContract;
import dev.javelin.model.LoadedModel;

/** The same contract with keys and values in half precision, on an odd number of threads, in larger blocks. */
class CpuHalfCacheTest extends ModelRunnerContract {
    @Override
    protected ModelRunner runner(LoadedModel model) {
        long kvBytes = KvBudget.bytesPerToken(model.spec(), CacheFormat.F16) * CACHE_TOKENS;
        return CpuModelRunner.create(
                model, new CpuSettings(3, MAX_SLOTS, MAX_STEP_TOKENS, 64, kvBytes, CacheFormat.F16));
    }

    @Override
    protected double tolerance() {
        return 0.02;
    }
}
