package dev.javelin.api.openai;

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
import dev.javelin.output.ByteText;
import dev.javelin.output.GenerationService;
import dev.javelin.output.ScriptedEngine;
import dev.javelin.output.SeedSequence;
import dev.javelin.output.TextModel;
import dev.javelin.output.TokenDistributor;
import dev.javelin.output.WorkerPool;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.codec.autoconfigure.CodecsAutoConfiguration;
import org.springframework.boot.reactor.netty.autoconfigure.NettyReactiveWebServerAutoConfiguration;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.boot.webflux.autoconfigure.HttpHandlerAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/** A Boot server on a port of its own over a scripted engine and a tiny tokenizer. */
final class TestServer implements AutoCloseable {
    static final String MODEL = "org/tiny";
    static final int CONTEXT_TOKENS = 512;
    static final int MAX_BODY_BYTES = 200_000;
    static final int QUEUE_LIMIT = 4;

    private final ReactiveWebServerApplicationContext context;

    TestServer() {
        context = (ReactiveWebServerApplicationContext) new SpringApplicationBuilder(Wiring.class)
                .web(WebApplicationType.REACTIVE)
                .properties(Map.of("server.port", "0", "spring.main.banner-mode", "off", "logging.level.root", "warn"))
                .run();
    }

    String baseUrl() {
        return "http://127.0.0.1:" + port();
    }

    int port() {
        return Objects.requireNonNull(context.getWebServer()).getPort();
    }

    ScriptedEngine engine() {
        return context.getBean(ScriptedEngine.class);
    }

    GenerationService generation() {
        return context.getBean(GenerationService.class);
    }

    @Override
    public void close() {
        context.close();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        NettyReactiveWebServerAutoConfiguration.class,
        HttpHandlerAutoConfiguration.class,
        CodecsAutoConfiguration.class,
        WebFluxAutoConfiguration.class,
        ErrorWebFluxAutoConfiguration.class
    })
    static class Wiring {
        @Bean(destroyMethod = "close")
        WorkerPool tokenizeThreads() {
            return new WorkerPool("tokenize", 2, 64);
        }

        @Bean(destroyMethod = "close")
        WorkerPool lane() {
            return new WorkerPool("output", 1, Integer.MAX_VALUE);
        }

        @Bean
        TokenDistributor distributor(WorkerPool lane) {
            return new TokenDistributor(List.of(lane));
        }

        @Bean(destroyMethod = "close")
        ScriptedEngine engine(TokenDistributor distributor) {
            return new ScriptedEngine(new ServerScript(), distributor).start(Duration.ofMillis(1));
        }

        @Bean
        GenerationService generation(ScriptedEngine engine, TokenDistributor distributor, WorkerPool tokenizeThreads) {
            return new GenerationService(
                    engine,
                    distributor,
                    ByteText.model(CONTEXT_TOKENS),
                    new GenerationService.Threads(tokenizeThreads, QUEUE_LIMIT),
                    new GenerationService.Sources(System::nanoTime, new SeedSequence(1)));
        }

        @Bean
        OpenAiServices openAiServices(GenerationService generation, WorkerPool tokenizeThreads) {
            Offload offload = new Offload(tokenizeThreads);
            TextModel text = ByteText.model(CONTEXT_TOKENS);
            return new OpenAiServices(
                    generation,
                    text,
                    new ServedModel(MODEL, 1_700_000_000, CONTEXT_TOKENS, "fp_test"),
                    new BodyReader(MAX_BODY_BYTES, offload),
                    new WireWriter(),
                    new EventStream(Duration.ofMillis(300)),
                    new IgnoredFields(),
                    offload,
                    () -> Instant.ofEpochSecond(1_800_000_000));
        }

        @Bean
        RouterFunction<ServerResponse> openAi(OpenAiServices services) {
            return new OpenAiRoutes(services).routes();
        }

        @Bean
        RouterFunction<ServerResponse> health(ScriptedEngine engine) {
            return new HealthRoutes(engine, new WireWriter()).routes();
        }

        @Bean
        OpenAiErrorHandler errors() {
            return new OpenAiErrorHandler(new WireWriter(), Duration.ofSeconds(2));
        }

        @Bean
        KeepAliveFilter keepAlive() {
            return new KeepAliveFilter();
        }

        @Bean
        RequestIdFilter requestIds() {
            return new RequestIdFilter(new RequestIds(new SeedSequence(2)));
        }
    }
}
