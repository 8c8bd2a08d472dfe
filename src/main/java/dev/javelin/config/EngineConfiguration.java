package dev.javelin.config;

import dev.javelin.backend.CachePlan;
import dev.javelin.backend.MemoryUse;
import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.engine.Engine;
import dev.javelin.engine.TokenSink;
import dev.javelin.telemetry.EngineMetrics;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the execution bean and the engine over it. */
@Configuration(proxyBeanMethods = false)
class EngineConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(EngineConfiguration.class);

    /** By then C2 has compiled every kernel. */
    private static final Duration WARM_UP = Duration.ofSeconds(4);

    /** The execution bean; the engine closes it, on its own thread. */
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    ModelRunner modelRunner(OpenedModel model, ResolvedSettings settings) {
        ModelRunner runner = EngineAssembly.openRunner(model, settings);
        printPlan(runner.description(), settings);
        return runner;
    }

    private static void printPlan(RunnerDescription description, ResolvedSettings settings) {
        LOG.info("device: {}", description.deviceName());
        for (MemoryUse use : description.memoryPlan()) {
            LOG.info("memory: {} {}", SettingsResolver.megabytes(use.bytes()), use.purpose());
        }
        int context = EngineAssembly.contextTokens(settings, description);
        for (CachePlan plan : description.cachePlans()) {
            long tokens = (long) plan.blockCount() * plan.blockTokens();
            LOG.info(
                    "KV cache: {} blocks of {} tokens hold {} tokens: {} sequences of {} tokens",
                    plan.blockCount(),
                    plan.blockTokens(),
                    tokens,
                    tokens / context,
                    context);
        }
    }

    /** Started by its lifecycle, when the web server listens: its warm-up would slow the rest of the start. */
    @Bean
    @ConditionalOnMissingBean
    Engine engine(
            ModelRunner runner,
            OpenedModel model,
            JavelinProperties properties,
            TokenSink sink,
            EngineFailure failure) {
        return EngineAssembly.engine(runner, model, properties.prefixCache(), sink, WARM_UP, failure::onFailure);
    }

    @Bean
    @ConditionalOnMissingBean
    EngineFailure engineFailure(JavelinProperties properties) {
        return new EngineFailure(properties.exitOnFailure());
    }

    @Bean
    EngineLifecycle engineLifecycle(Engine engine, JavelinProperties properties) {
        return new EngineLifecycle(engine, properties.drainTimeout());
    }

    @Bean
    EngineMetrics engineMetrics(Engine engine, ResolvedSettings settings) {
        return new EngineMetrics(engine, settings.servedModelName());
    }
}
