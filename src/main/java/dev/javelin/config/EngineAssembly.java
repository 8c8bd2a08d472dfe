package dev.javelin.config;

import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.cpu.CpuModelRunner;
import dev.javelin.cpu.CpuSettings;
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
        return new SettingsResolver(
                        properties,
                        model.model().spec(),
                        model.origin().displayName(),
                        freeBytes,
                        Runtime.getRuntime().availableProcessors())
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
                                settings.kvCacheBytes(),
                                CpuSettings.DEFAULT_CACHE_FORMAT));
        };
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
