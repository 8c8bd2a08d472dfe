package dev.javelin.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.javelin.JavelinApplication;
import dev.javelin.bench.LengthDraw;
import dev.javelin.cli.TinyModelFile;
import dev.javelin.config.ServerDefaults;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LoadBenchTest {
    private static final String EVENT = "data: {\"choices\":[{\"index\":0,\"text\":\"x\"}]}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    @TempDir
    private Path folder = Path.of("");

    private static LoadOptions options(URI base, int requests, @Nullable Double rate) {
        return new LoadOptions(
                base,
                null,
                requests,
                rate,
                new LengthDraw(20, 0.5),
                new LengthDraw(12, 0.5),
                250,
                1,
                7,
                Map.of(),
                Duration.ofSeconds(60));
    }

    private static long askedTokens(LoadPlan plan) {
        return plan.requests().stream()
                .mapToLong(LoadPlan.Planned::answerTokens)
                .sum();
    }

    @Test
    void everyRequestAndTokenOfTheNullServerIsCounted() throws InterruptedException {
        LoadPlan plan = LoadPlan.draw(options(URI.create("http://unused/v1"), 200, 2000.0), "null");
        try (NullServer server = NullServer.start();
                LoadClient client = new LoadClient(server.base(), Map.of(), Duration.ofSeconds(60))) {
            List<StreamResult> results = client.run(plan);
            for (int i = 0; i < 200; i++) {
                StreamResult result = results.get(i);
                assertThat(result.failure()).isNull();
                assertThat(result.answerTokens())
                        .isEqualTo(result.events())
                        .isEqualTo(plan.requests().get(i).answerTokens());
                assertThat(result.firstTokenSeconds()).isPositive();
                assertThat(result.lastNanos()).isGreaterThanOrEqualTo(result.firstNanos());
            }
            assertThat(client.cpuSeconds()).isPositive();
        }
    }

    @Test
    void everyRequestAndTokenOfOurServerIsCounted() {
        Path file = TinyModelFile.runnable().write(folder.resolve("tiny.gguf"));
        Map<String, Object> settings = new HashMap<>(ServerDefaults.properties());
        settings.putAll(Map.of(
                "server.port", "0",
                "javelin.model", file.toString(),
                "javelin.kv-cache-size", "64MB",
                "javelin.exit-on-failure", "false"));
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(JavelinApplication.class)
                .properties(settings)
                .run()) {
            URI base = LoadBench.base(
                    "http://localhost:" + context.getEnvironment().getProperty("local.server.port"));
            LoadOptions options = options(base, 40, null);
            LoadReport report = new LoadBench(options).run();
            LoadPlan plan = LoadPlan.draw(options, report.model());
            assertThat(report.model()).isEqualTo("tiny");
            assertThat(report.isComplete()).isTrue();
            JsonNode json = JsonMapper.shared().readTree(report.json());
            assertThat(json.get("requests_answered").asInt()).isEqualTo(40);
            assertThat(json.get("answer_tokens").asLong())
                    .isEqualTo(json.get("answer_tokens_asked").asLong())
                    .isEqualTo(askedTokens(plan));
            long promptTokens = plan.requests().stream()
                    .mapToLong(request -> JsonMapper.shared()
                            .readTree(request.body())
                            .get("prompt")
                            .size())
                    .sum();
            assertThat(json.get("prompt_tokens").asLong()).isEqualTo(promptTokens);
            assertThat(report.markdown())
                    .contains("Own cost against a null server: ")
                    .contains("| requests answered ")
                    .contains("| time per output token ");
        }
    }

    /** A server that answers the n-th request as a script says. */
    private interface Script {
        void answer(int request, HttpExchange exchange) throws IOException;
    }

    private static LoadFigures against(Script script, int requests, double rate)
            throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger count = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            server.setExecutor(threads);
            server.createContext("/v1/completions", exchange -> {
                try (exchange) {
                    exchange.getRequestBody().readAllBytes();
                    script.answer(count.getAndIncrement(), exchange);
                }
            });
            server.start();
            URI base = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1");
            try (LoadClient client = new LoadClient(base, Map.of("x-test", "1"), Duration.ofSeconds(2))) {
                LoadPlan plan = LoadPlan.draw(options(base, requests, rate), "m");
                return new LoadFigures(client.run(plan), client.cpuSeconds());
            } finally {
                server.stop(0);
            }
        }
    }

    private static void stream(HttpExchange exchange, String events) throws IOException {
        exchange.sendResponseHeaders(200, 0);
        exchange.getResponseBody().write(events.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void failuresAreCountedByTheirReason() throws Exception {
        LoadFigures figures = against(
                (request, exchange) -> {
                    switch (request % 4) {
                        case 0 -> stream(exchange, EVENT + EVENT + DONE);
                        case 1 -> {
                            byte[] body = "{\"error\":{\"message\":\"queue full\"}}".getBytes(StandardCharsets.UTF_8);
                            exchange.sendResponseHeaders(429, body.length);
                            exchange.getResponseBody().write(body);
                        }
                        case 2 -> stream(exchange, EVENT);
                        default -> stream(exchange, EVENT + "data: {\"error\":{\"message\":\"device\"}}\n\n" + DONE);
                    }
                },
                8,
                200);
        assertThat(figures.answeredRequests()).isEqualTo(2);
        assertThat(figures.answerTokens()).isEqualTo(4);
        assertThat(figures.failures())
                .containsEntry("status 429: {\"error\":{\"message\":\"queue full\"}}", 2)
                .containsEntry("the stream ended without [DONE]", 2)
                .containsEntry("error event: device", 2)
                .hasSize(3);
    }

    @Test
    void silentServerIsNotWaitedForForEver() throws Exception {
        LoadFigures figures = against(
                (request, exchange) -> {
                    if (request == 1) {
                        exchange.sendResponseHeaders(200, 0);
                        exchange.getResponseBody().write(EVENT.getBytes(StandardCharsets.UTF_8));
                        exchange.getResponseBody().flush();
                        pause(Duration.ofSeconds(4));
                    } else {
                        stream(exchange, EVENT + DONE);
                    }
                },
                3,
                100);
        assertThat(figures.failures()).containsExactly(Map.entry("no end after 2 s", 1));
        assertThat(figures.answeredRequests()).isEqualTo(2);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://localhost:1/v1", "localhost:8080", "http://", "http://a b", ""})
    void addressThatIsNoneIsRefused(String url) {
        assertThatThrownBy(() -> LoadBench.base(url))
                .isInstanceOf(JavelinException.class)
                .hasMessageContaining("--url");
    }

    @Test
    void addressGetsItsVersion() {
        assertThat(LoadBench.base("http://localhost:8080/")).isEqualTo(URI.create("http://localhost:8080/v1"));
        assertThat(LoadBench.base("http://localhost:8080/v1/")).isEqualTo(URI.create("http://localhost:8080/v1"));
        assertThat(LoadBench.base("http://gate/team/v1")).isEqualTo(URI.create("http://gate/team/v1"));
    }

    @Test
    void serverThatIsNotThereIsAnError() {
        LoadOptions options = options(URI.create("http://127.0.0.1:1/v1"), 1, null);
        assertThatThrownBy(() -> new LoadBench(options).run())
                .isInstanceOf(JavelinException.class)
                .hasMessageContaining("http://127.0.0.1:1/v1/models");
    }
}
