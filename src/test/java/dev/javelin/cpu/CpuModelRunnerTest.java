package dev.javelin.cpu;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.ModelRunnerContract;
import dev.javelin.model.LoadedModel;

class CpuModelRunnerTest extends ModelRunnerContract {
    @Override
    protected ModelRunner runner(LoadedModel model) {
        long kvBytes = KvBudget.bytesPerToken(model.spec(), CacheFormat.F32) * CACHE_TOKENS;
        return CpuModelRunner.create(
                model, new CpuSettings(2, MAX_SLOTS, MAX_STEP_TOKENS, 32, kvBytes, CacheFormat.F32));
    }

    @Override
    protected double tolerance() {
        return 1e-4;
    }
}
