package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.engine.EngineState;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OperationsTest {
    private static TestServer server;
    private static Http http;

    @BeforeAll
    static void start() {
        server = new TestServer();
        http = new Http(server.baseUrl());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void resume() {
        server.engine().setPaused(false);
        server.engine().setState(EngineState.READY);
    }

    @Test
    void listsTheModelAndFindsItByNameWithSlashes() {
        String model = "{\"id\":\"org/tiny\",\"object\":\"model\",\"created\":1700000000,\"owned_by\":\"javelin\","
                + "\"root\":\"org/tiny\",\"parent\":null,\"max_model_len\":512}";
        assertThat(http.get("/v1/models").body()).isEqualTo("{\"object\":\"list\",\"data\":[" + model + "]}");
        assertThat(http.get("/v1/models/org/tiny").body()).isEqualTo(model);
        HttpResponse<String> unknown = http.get("/v1/models/other");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(Http.error(unknown).get("code").stringValue()).isEqualTo("model_not_found");
    }

    @Test
    void tokenizesTextAndChatsAndBack() {
        JsonNode text = Http.json(http.post("/tokenize", "{\"prompt\":\"hé\",\"return_token_strs\":true}"));
        assertThat(text.get("tokens").toString()).isEqualTo("[256,104,195,169]");
        assertThat(text.get("count").intValue()).isEqualTo(4);
        assertThat(text.get("max_model_len").intValue()).isEqualTo(512);
        assertThat(text.at("/token_strs/0").stringValue()).isEqualTo("<bos>");
        JsonNode plain = Http.json(http.post("/tokenize", "{\"prompt\":\"h\",\"add_special_tokens\":false}"));
        assertThat(plain.toString())
                .isEqualTo("{\"count\":1,\"max_model_len\":512,\"tokens\":[104],\"token_strs\":null}");
        JsonNode chat = Http.json(http.post(
                "/tokenize", "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"add_generation_prompt\":false}"));
        assertThat(chat.get("count").intValue()).isEqualTo(1 + "<user>x".length());
        assertThat(http.post("/detokenize", "{\"tokens\":[256,104,195,169]}").body())
                .isEqualTo("{\"prompt\":\"<bos>hé\"}");
        HttpResponse<String> outside = http.post("/detokenize", "{\"tokens\":[1,264]}");
        assertThat(outside.statusCode()).isEqualTo(400);
        assertThat(Http.error(outside).get("param").stringValue()).isEqualTo("tokens[1]");
    }

    @Test
    void healthFollowsTheEngine() {
        assertThat(http.get("/health").body()).isEqualTo("{\"status\":\"ok\",\"engine\":\"ready\"}");
        server.engine().setState(EngineState.DRAINING);
        assertThat(http.get("/health").statusCode()).isEqualTo(503);
        HttpResponse<String> ready = http.get("/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).isEqualTo("{\"status\":\"unavailable\",\"engine\":\"draining\"}");
        assertThat(http.get("/health/live").statusCode()).isEqualTo(200);
        HttpResponse<String> refused = http.post("/v1/completions", "{\"prompt\":\"say x\"}");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(Http.error(refused).get("code").stringValue()).isEqualTo("not_ready");
        server.engine().setState(EngineState.FAILED);
        assertThat(http.get("/health/live").statusCode()).isEqualTo(503);
    }

    @Test
    void aFullQueueIsAnsweredAtOnceAndSaysWhenToComeBack() {
        server.engine().setPaused(true);
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int i = 0; i < TestServer.QUEUE_LIMIT; i++) {
            waiting.add(CompletableFuture.supplyAsync(
                    () -> http.post("/v1/completions", "{\"prompt\":\"say x\"}"),
                    task -> Thread.ofVirtual().start(task)));
        }
        Await.until("the queue is full", () -> server.generation().waitingRequestCount() == TestServer.QUEUE_LIMIT);
        for (boolean stream : new boolean[] {false, true}) {
            HttpResponse<String> full =
                    http.post("/v1/completions", "{\"prompt\":\"say y\",\"stream\":" + stream + "}");
            assertThat(full.statusCode()).isEqualTo(429);
            assertThat(full.headers().firstValue("retry-after")).contains("2");
            assertThat(full.headers().firstValue("content-type")).contains("application/json");
            assertThat(Http.error(full).get("code").stringValue()).isEqualTo("queue_full");
        }
        server.engine().setPaused(false);
        assertThat(waiting).allSatisfy(w -> assertThat(w.join().statusCode()).isEqualTo(200));
    }

    @Test
    void aSilentStreamIsKeptAlive() {
        server.engine().setPaused(true);
        CompletableFuture<HttpResponse<String>> stream = CompletableFuture.supplyAsync(
                () -> http.post("/v1/completions", "{\"prompt\":\"say x\",\"stream\":true}"),
                task -> Thread.ofVirtual().start(task));
        Await.until("the request waits", () -> server.engine().snapshot().waitingRequests() == 1);
        try {
            Thread.sleep(1500);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        server.engine().setPaused(false);
        String body = stream.join().body();
        assertThat(body).startsWith(": keep-alive\n\n").endsWith("data: [DONE]\n\n");
        assertThat(Http.chunks(stream.join()).getFirst().at("/choices/0/text").stringValue())
                .isEqualTo("x");
    }
}
