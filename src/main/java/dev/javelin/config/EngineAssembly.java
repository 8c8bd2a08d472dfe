package dev.javelin.config;

import dev.javelin.backend.CachePlan;
import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.cpu.CpuModelRunner;
import dev.javelin.cpu.CpuSettings;
import dev.javelin.cuda.blas.CardCeilings;
import dev.javelin.cuda.driver.CudaAvailability;
import dev.javelin.cuda.driver.CudaDevice;
import dev.javelin.cuda.nvrtc.CubinCache;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.runner.CudaModelRunner;
import dev.javelin.cuda.runner.CudaSettings;
import dev.javelin.engine.ThreadedEngine;
import dev.javelin.engine.TokenSink;
import dev.javelin.kvcache.CacheLayout;
import dev.javelin.kvcache.KvCacheManager;
import dev.javelin.model.hub.DownloadProgress;
import dev.javelin.model.hub.HubSettings;
import dev.javelin.model.hub.ModelResolver;
import dev.javelin.model.hub.ModelSource;
import dev.javelin.model.hub.QuantPreference;
import dev.javelin.scheduler.Scheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Puts one engine together, from a source's name to an engine over a runner, without Spring: the server's configuration
 * and the benchmarks share it, so that what is measured is what serves. Stateless.
 */
public final class EngineAssembly {
    private EngineAssembly() {}

    /**
     * Finds and opens a model, fetching it if need be.
     *
     * @param sources tried in order; empty for the default model
     * @param host where the Hub's cache is, and whether somebody watches the download
     * @throws dev.javelin.error.JavelinException INVALID_SETTING for a malformed source, else what the sources said
     */
    public static OpenedModel openModel(List<String> sources, HostEnvironment host) {
        HubSettings hub = HubSettings.ofEnvironment(host.variables(), host.home());
        DownloadProgress progress = DownloadProgress.of(System.err, host.interactive());
        ModelResolver resolver = new ModelResolver(hub, QuantPreference.DEFAULT, progress);
        List<ModelSource> parsed = sources.isEmpty()
                ? ModelSource.DEFAULTS
                : sources.stream().map(ModelSource::parse).toList();
        return OpenedModel.open(resolver.resolve(parsed));
    }

    /**
     * Resolves every {@code auto} for a model on this machine.
     *
     * @throws dev.javelin.error.JavelinException INVALID_SETTING or OUT_OF_MEMORY with the numbers
     */
    public static ResolvedSettings resolve(JavelinProperties properties, OpenedModel model) {
        long freeBytes = new FreeMemory(Path.of("/")).bytes(Runtime.getRuntime().maxMemory());
        SettingsResolver.Machine machine = new SettingsResolver.Machine(
                freeBytes,
                Runtime.getRuntime().availableProcessors(),
                () -> CudaAvailability.probe(CudaPlaces.search(HostEnvironments.ofProcess())));
        return new SettingsResolver(
                        properties, model.model().spec(), model.origin().displayName(), machine)
                .resolve();
    }

    /**
     * The runner of the resolved backend; whoever drives it closes it, before the model.
     *
     * @throws dev.javelin.error.JavelinException DEVICE_UNAVAILABLE, MODEL_UNSUPPORTED, MODEL_CORRUPT or OUT_OF_MEMORY
     */
    public static ModelRunner openRunner(OpenedModel model, ResolvedSettings settings) {
        return switch (settings.backend()) {
            case AUTO -> throw new IllegalStateException("the backend was not resolved");
            case CPU ->
                CpuModelRunner.create(
                        model.model(),
                        new CpuSettings(
                                settings.cpuThreads(),
                                settings.maxSequences(),
                                settings.maxStepTokens(),
                                CpuSettings.DEFAULT_BLOCK_TOKENS,
                                Objects.requireNonNull(settings.kvCacheBytes(), "the CPU's cache is always resolved"),
                                CpuSettings.DEFAULT_CACHE_FORMAT));
            case CUDA ->
                CudaModelRunner.create(
                        model.model(),
                        new CudaSettings(
                                settings.device(),
                                settings.maxSequences(),
                                settings.maxStepTokens(),
                                settings.contextTokens(),
                                settings.memoryUtilization(),
                                settings.kvCacheBytes(),
                                null,
                                HostEnvironments.caches(),
                                DownloadProgress.of(
                                        System.err, HostEnvironments.ofProcess().interactive())));
        };
    }

    /**
     * What a GPU can do at best, measured now; the calling thread needs no device and has none afterwards.
     *
     * @param deviceIndex which GPU
     * @throws dev.javelin.error.JavelinException DEVICE_UNAVAILABLE or OUT_OF_MEMORY
     */
    public static CardCeilings measureCard(int deviceIndex) {
        try (CudaDevice device = CudaDevice.open(deviceIndex)) {
            return CardCeilings.measure(
                    device,
                    new KernelCompiler(
                            device.properties().arch(),
                            CubinCache.in(HostEnvironments.caches().resolve("cubin"))));
        }
    }

    /** Most tokens of a sequence that is served: what was resolved, or what the cache holds where that is less. */
    public static int contextTokens(ResolvedSettings settings, RunnerDescription description) {
        long most = settings.contextTokens();
        for (CachePlan plan : description.cachePlans()) {
            most = Math.min(most, (long) plan.blockCount() * plan.blockTokens());
        }
        return (int) most;
    }

    /**
     * An engine that is not started yet; it closes the runner.
     *
     * @param runner runs the steps
     * @param model what it runs, for the name that makes cached blocks exchangeable
     * @param prefixCache whether equal beginnings of prompts are computed once
     * @param sink takes the tokens
     * @param warmUpTime most time of made-up steps before the first request
     * @param onFailure told once if an error ended the engine
     */
    public static ThreadedEngine engine(
            ModelRunner runner,
            OpenedModel model,
            boolean prefixCache,
            TokenSink sink,
            Duration warmUpTime,
            Consumer<Throwable> onFailure) {
        RunnerDescription description = runner.description();
        List<CacheLayout> layouts = description.cachePlans().stream()
                .map(plan -> new CacheLayout(plan.blockTokens(), plan.blockCount()))
                .toList();
        KvCacheManager cache = new KvCacheManager(layouts, rootName(model, description), prefixCache);
        Scheduler scheduler = new Scheduler(cache, description.maxSlots(), description.maxStepTokens());
        return new ThreadedEngine(runner, cache, scheduler, sink, System::nanoTime, warmUpTime, onFailure);
    }

    /** What makes two processes' blocks exchangeable: model, revision, cache format. */
    private static String rootName(OpenedModel model, RunnerDescription description) {
        return String.join(
                "|",
                model.origin().source().toString(),
                String.valueOf(model.origin().commit()),
                String.valueOf(model.origin().mainFile().sha256()),
                description.cachePlans().toString());
    }
}
