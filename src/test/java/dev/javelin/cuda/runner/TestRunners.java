package dev.javelin.cuda.runner;

import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.hub.DownloadProgress;
import java.nio.file.Path;

/** Small runners for tests on the GPU; kernels are compiled once for all of them. */
final class TestRunners {
    /** Where kernels are kept between tests, on the machine that runs them. */
    static final Path CACHE = Path.of(System.getProperty("java.io.tmpdir"), "javelin-gpu-tests");

    private TestRunners() {}

    static CudaModelRunner create(
            LoadedModel model, ElementType type, int maxSlots, int maxStepTokens, int cacheTokens) {
        long tokenBytes = model.spec().cacheGroups().stream()
                        .mapToLong(CacheGroup::elementsPerToken)
                        .sum()
                * type.bytes();
        return CudaModelRunner.create(
                model,
                new CudaSettings(
                        0,
                        maxSlots,
                        maxStepTokens,
                        Math.min(model.spec().contextTokens(), cacheTokens),
                        CudaSettings.DEFAULT_MEMORY_UTILIZATION,
                        cacheTokens * tokenBytes,
                        type,
                        CACHE,
                        DownloadProgress.silent()));
    }
}
