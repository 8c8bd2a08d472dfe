package dev.javelin.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.JavelinApplication;
import dev.javelin.config.ServerDefaults;
import dev.javelin.engine.Engine;
import dev.javelin.model.hub.RealModel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The whole server, over real sockets, with SmolLM2-135M. */
class RealServerTest {
    private static final JsonMapper JSON = new JsonMapper();

    private static @Nullable ConfigurableApplicationContext context;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        Map<String, Object> properties = new HashMap<>(ServerDefaults.properties());
        properties.put("javelin.model", RealModel.path().toString());
        properties.put("javelin.exit-on-failure", "false");
        properties.put("server.port", "0");
        SpringApplication application = new SpringApplication(JavelinApplication.class);
        application.setDefaultProperties(properties);
        context = application.run();
    }

    @AfterAll
    static void stop() {
        if (context != null) {
            context.close();
        }
        CLIENT.close();
    }

    private static ConfigurableApplicationContext context() {
        ConfigurableApplicationContext started = context;
        if (started == null) {
            throw new AssertionError("not started");
        }
        return started;
    }

    private static int port() {
        return Integer.parseInt(context().getEnvironment().getRequiredProperty("local.server.port"));
    }

    private static Engine engine() {
        return context().getBean(Engine.class);
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofMinutes(2));
    }

    private static HttpRequest post(String path, String json) {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json))
                .build();
    }

    private static JsonNode posted(String path, String json) throws IOException, InterruptedException {
        HttpResponse<String> response = CLIENT.send(post(path, json), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    private static String question(String content, String more) {
        return "{\"messages\": [{\"role\": \"user\", \"content\": \"" + content + "\"}], \"temperature\": 0" + more
                + "}";
    }

    @Test
    void realModelAnswersAQuestion() throws Exception {
        JsonNode answer =
                posted("/v1/chat/completions", question("What is the capital of France?", ", \"max_tokens\": 30"));
        assertThat(answer.at("/choices/0/message/content").asString()).contains("Paris");
        assertThat(answer.at("/choices/0/finish_reason").asString()).isEqualTo("stop");
        assertThat(answer.at("/usage/prompt_tokens").asInt()).isGreaterThan(10);
    }

    @Test
    void streamAndWholeAnswerAreTheSame() throws Exception {
        String ask = question("Name three colours.", ", \"max_tokens\": 40");
        String whole = posted("/v1/chat/completions", ask)
                .at("/choices/0/message/content")
                .asString();
        List<String> lines = CLIENT.send(
                        post(
                                "/v1/chat/completions",
                                ask.replace("\"temperature\"", "\"stream\": true, \"temperature\"")),
                        HttpResponse.BodyHandlers.ofLines())
                .body()
                .filter(line -> !line.isEmpty())
                .toList();
        StringBuilder streamed = new StringBuilder();
        for (String line : lines) {
            assertThat(line).startsWith("data: ");
            if (!line.equals("data: [DONE]")) {
                streamed.append(JSON.readTree(line.substring(6))
                        .at("/choices/0/delta/content")
                        .asString(""));
            }
        }
        assertThat(lines.getLast()).isEqualTo("data: [DONE]");
        assertThat(streamed.toString()).isEqualTo(whole);
        assertThat(lines.size()).as("several chunks").isGreaterThan(4);
    }

    @Test
    void secondAskingComesFromThePrefixCache() throws Exception {
        String ask = question("word ".repeat(200), ", \"max_tokens\": 2");
        posted("/v1/chat/completions", ask);
        JsonNode again = posted("/v1/chat/completions", ask);
        assertThat(again.at("/usage/prompt_tokens_details/cached_tokens").asInt())
                .isGreaterThanOrEqualTo(192);
    }

    @Test
    void concurrentAnswersAreThoseGivenAlone() throws Exception {
        List<String> asks = new ArrayList<>();
        for (String topic : List.of("the sea", "iron", "a cat", "winter", "tea", "the moon", "chess", "bread")) {
            asks.add(question("Write one sentence about " + topic + ".", ", \"max_tokens\": 16"));
        }
        List<CompletableFuture<HttpResponse<String>>> together = asks.stream()
                .map(ask -> CLIENT.sendAsync(post("/v1/chat/completions", ask), HttpResponse.BodyHandlers.ofString()))
                .toList();
        int same = 0;
        for (int i = 0; i < asks.size(); i++) {
            JsonNode batched = JSON.readTree(together.get(i).get().body());
            JsonNode alone = posted("/v1/chat/completions", asks.get(i));
            same += batched.at("/choices/0/message/content").equals(alone.at("/choices/0/message/content")) ? 1 : 0;
        }
        assertThat(same).as("kernels of other widths may turn a near tie").isGreaterThanOrEqualTo(6);
    }

    @Test
    void choicesOfOneSeedDifferAndRepeat() throws Exception {
        String ask = question("Write a poem.", ", \"max_tokens\": 12, \"n\": 3, \"seed\": 5")
                .replace("\"temperature\": 0", "\"temperature\": 1.2");
        JsonNode first = posted("/v1/chat/completions", ask);
        JsonNode second = posted("/v1/chat/completions", ask);
        List<String> texts = new ArrayList<>();
        for (int choice = 0; choice < 3; choice++) {
            texts.add(first.at("/choices/" + choice + "/message/content").asString());
        }
        assertThat(texts).doesNotHaveDuplicates();
        assertThat(second.at("/choices/0/message/content").asString()).isEqualTo(texts.getFirst());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void clientThatGoesAwayFreesItsBlocks(boolean streams) throws Exception {
        String body = question(
                "Count to ten thousand.", ", \"max_tokens\": 4000, \"ignore_eos\": true, \"stream\": " + streams);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            String head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + body.length() + "\r\n\r\n";
            socket.getOutputStream().write((head + body).getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            await(() -> engine().snapshot().runningSequences() == 1, "the request runs");
            long steps = engine().snapshot().stepCount();
            await(() -> engine().snapshot().stepCount() > steps + 3, "some steps");
        }
        await(() -> engine().snapshot().usedBlocks() == 0, "the blocks come back");
        assertThat(engine().snapshot().runningSequences()).isZero();
    }

    @Test
    void probesMetricsAndPageAreThere() throws Exception {
        for (String path : List.of("/health", "/health/live", "/health/ready", "/v1/models", "/actuator/health")) {
            HttpResponse<String> response = CLIENT.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode()).as(path + " " + response.body()).isEqualTo(200);
        }
        HttpResponse<String> metrics =
                CLIENT.send(request("/actuator/prometheus").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(metrics.body())
                .contains("vllm:num_requests_running{", "vllm:generation_tokens_total{", "vllm:kv_cache_usage_perc{");
        HttpResponse<String> page = CLIENT.send(request("/").build(), HttpResponse.BodyHandlers.ofString());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("<title>");
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition, String what) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
