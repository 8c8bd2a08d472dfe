package dev.javelin.telemetry;

import dev.javelin.engine.Engine;
import dev.javelin.engine.EngineSnapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** Meters over the engine's snapshot. Thread-safe: it only reads. */
public final class EngineMetrics implements MeterBinder {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Engine engine;
    private final Tags tags;

    /**
     * Meters of one engine.
     *
     * @param engine read at each scrape
     * @param modelName the label {@code model_name}
     */
    public EngineMetrics(Engine engine, String modelName) {
        this.engine = engine;
        this.tags = Tags.of("model_name", modelName, "engine", "0");
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(registry, "vllm:num_requests_running", "Sequences in the batch", EngineSnapshot::runningSequences);
        gauge(registry, "vllm:num_requests_waiting", "Sequences that wait for a slot", EngineSnapshot::waitingRequests);
        gauge(
                registry,
                "vllm:kv_cache_usage_perc",
                "Share of KV blocks in use, 0 to 1",
                snapshot -> (double) snapshot.usedBlocks() / Math.max(1, snapshot.totalBlocks()));
        gauge(
                registry,
                "javelin_kv_cached_blocks",
                "KV blocks that only the prefix cache holds",
                EngineSnapshot::cachedBlocks);
        counter(registry, "vllm:prompt_tokens", "Prompt tokens, cached ones included", EngineSnapshot::promptTokens);
        counter(registry, "vllm:generation_tokens", "Tokens drawn and delivered", EngineSnapshot::generatedTokens);
        counter(
                registry,
                "vllm:prefix_cache_queries",
                "Prompt tokens looked up in the prefix cache",
                EngineSnapshot::promptTokens);
        counter(
                registry,
                "vllm:prefix_cache_hits",
                "Prompt tokens found in the prefix cache",
                EngineSnapshot::cachedPromptTokens);
        counter(
                registry,
                "vllm:num_preemptions",
                "Sequences that lost their blocks to another",
                EngineSnapshot::preemptionCount);
        counter(registry, "javelin_steps", "Steps completed", EngineSnapshot::stepCount);
        counter(registry, "javelin_computed_tokens", "Tokens that passed the model", EngineSnapshot::computedTokens);
        counter(
                registry,
                "javelin_overrun_tokens",
                "Tokens computed past an end and thrown away",
                EngineSnapshot::overrunTokens);
        counter(
                registry,
                "javelin_finished_requests",
                "Requests that ended, however",
                EngineSnapshot::finishedRequests);
        counter(
                registry,
                "javelin_engine_busy_seconds",
                "Time in which a step was in flight",
                snapshot -> snapshot.busyNanos() / NANOS_PER_SECOND);
    }

    private void gauge(
            MeterRegistry registry, String name, String description, ToDoubleFunction<EngineSnapshot> value) {
        Gauge.builder(name, engine, read -> value.applyAsDouble(read.snapshot()))
                .description(description)
                .tags(tags)
                .register(registry);
    }

    private void counter(
            MeterRegistry registry, String name, String description, ToDoubleFunction<EngineSnapshot> value) {
        FunctionCounter.builder(name, engine, read -> value.applyAsDouble(read.snapshot()))
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
