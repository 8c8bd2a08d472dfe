package dev.javelin.config;

import dev.javelin.api.BodyReader;
import dev.javelin.api.EventStream;
import dev.javelin.api.HealthRoutes;
import dev.javelin.api.IgnoredFields;
import dev.javelin.api.KeepAliveFilter;
import dev.javelin.api.Offload;
import dev.javelin.api.RequestIdFilter;
import dev.javelin.api.RequestIds;
import dev.javelin.api.ServedModel;
import dev.javelin.api.WireWriter;
import dev.javelin.api.openai.OpenAiErrorHandler;
import dev.javelin.api.openai.OpenAiRoutes;
import dev.javelin.api.openai.OpenAiServices;
import dev.javelin.engine.Engine;
import dev.javelin.output.GenerationService;
import dev.javelin.output.SeedSequence;
import dev.javelin.output.TextModel;
import dev.javelin.output.WorkerPool;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** Wires the HTTP edge. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
class ApiConfiguration {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final int BEFORE_BOOT = -2;

    @Bean
    WireWriter wireWriter() {
        return new WireWriter();
    }

    @Bean
    OpenAiServices openAiServices(
            GenerationService generation,
            TextModel text,
            OpenedModel model,
            ResolvedSettings settings,
            JavelinProperties properties,
            WorkerPool tokenizePool,
            WireWriter writer) {
        Offload offload = new Offload(tokenizePool);
        ServedModel served = new ServedModel(
                settings.servedModelName(),
                Instant.now().getEpochSecond(),
                text.contextTokens(),
                fingerprint(model, settings));
        return new OpenAiServices(
                generation,
                text,
                served,
                new BodyReader(Math.toIntExact(properties.maxRequestSize().toBytes()), offload),
                writer,
                new EventStream(properties.keepAlive()),
                new IgnoredFields(),
                offload,
                InstantSource.system());
    }

    /** Of all that may change an answer: the file, the kernels' machine and how steps are cut. */
    private static String fingerprint(OpenedModel model, ResolvedSettings settings) {
        int hash = Objects.hash(
                model.origin().mainFile().name(),
                model.origin().totalBytes(),
                String.valueOf(model.origin().commit()),
                settings.backend(),
                settings.cpuThreads(),
                settings.maxStepTokens(),
                Runtime.version().feature());
        return "fp_" + Integer.toHexString(hash);
    }

    @Bean
    RouterFunction<ServerResponse> openAiRoutes(OpenAiServices services) {
        return new OpenAiRoutes(services).routes();
    }

    @Bean
    RouterFunction<ServerResponse> healthRoutes(Engine engine, WireWriter writer) {
        return new HealthRoutes(engine, writer).routes();
    }

    @Bean
    @Order(BEFORE_BOOT)
    OpenAiErrorHandler openAiErrorHandler(WireWriter writer) {
        return new OpenAiErrorHandler(writer, RETRY_AFTER);
    }

    @Bean
    RequestIdFilter requestIdFilter() {
        return new RequestIdFilter(new RequestIds(new SeedSequence(new SecureRandom().nextLong())));
    }

    @Bean
    KeepAliveFilter keepAliveFilter() {
        return new KeepAliveFilter();
    }
}
