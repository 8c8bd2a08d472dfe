package dev.javelin.page;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The chat page's files and a scripted chat API on one loopback port. Thread-safe: one virtual thread an exchange.
 *
 * <p>Checks steer it over HTTP: {@code POST /fake/step} lets a gated answer go one token on, {@code POST
 * /fake/ready/WORD} sets readiness ({@code ready} or what a 503 says), {@code GET /fake/requests} lists what came.
 */
final class FakeChatApi implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    private static final Map<String, String> FILES = Map.of(
            "/", "text/html; charset=utf-8",
            "/chat.css", "text/css",
            "/chat.js", "text/javascript",
            "/favicon.svg", "image/svg+xml");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore steps = new Semaphore(0);
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private volatile String readiness = "ready";

    /** One chat request: its message, its whole body, and how its answer ended. */
    private static final class Received {
        final String message;
        final JsonNode body;
        volatile String outcome = "running";

        Received(String message, JsonNode body) {
            this.message = message;
            this.body = body;
        }
    }

    FakeChatApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serveFile);
        server.createContext("/v1/models", this::serveModels);
        server.createContext("/v1/chat/completions", this::serveChat);
        server.createContext("/health/ready", this::serveReadiness);
        server.createContext("/fake/", this::serveSteering);
        server.start();
    }

    /** Where the page is. */
    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serveFile(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String type = FILES.get(path);
        try (var in = getClass().getResourceAsStream("/static" + (path.equals("/") ? "/index.html" : path))) {
            if (type == null || in == null) {
                reply(exchange, 404, "text/plain", "no file " + path);
                return;
            }
            exchange.getResponseHeaders().set("Content-Security-Policy", POLICY);
            reply(exchange, 200, type, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private void serveModels(HttpExchange exchange) throws IOException {
        reply(
                exchange,
                200,
                "application/json",
                "{\"object\":\"list\",\"data\":[{\"id\":\"SmolLM2-135M-Instruct\",\"object\":\"model\",\"max_model_len\":8192}]}");
    }

    private void serveReadiness(HttpExchange exchange) throws IOException {
        String state = readiness;
        reply(exchange, state.equals("ready") ? 200 : 503, "application/json", "{\"status\":\"" + state + "\"}");
    }

    private void serveSteering(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (path.equals("/fake/step")) {
            steps.release();
        } else if (path.startsWith("/fake/ready/")) {
            readiness = path.substring("/fake/ready/".length());
        }
        List<Map<String, Object>> list = new ArrayList<>();
        for (Received one : received) {
            list.add(Map.of("message", one.message, "body", one.body, "outcome", one.outcome));
        }
        reply(exchange, 200, "application/json", JSON.writeValueAsString(list));
    }

    private void serveChat(HttpExchange exchange) throws IOException {
        JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
        JsonNode messages = body.path("messages");
        String message = messages.path(messages.size() - 1).path("content").asString("");
        Received request = new Received(message, body);
        received.add(request);
        ChatScript.Refusal refusal = refusal(message);
        if (refusal != null) {
            request.outcome = "refused";
            if (!refusal.retryAfter().isEmpty()) {
                exchange.getResponseHeaders().set("Retry-After", refusal.retryAfter());
            }
            reply(exchange, refusal.status(), "application/json", refusal.body());
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0);
        try (var out = exchange.getResponseBody()) {
            ChatScript.answer(message, new ChatScript.Wire() {
                @Override
                public void send(byte[] bytes) throws IOException {
                    out.write(bytes);
                    out.flush();
                }

                @Override
                public void awaitStep() throws InterruptedException {
                    steps.acquire();
                }
            });
            request.outcome = "whole";
        } catch (IOException gone) {
            request.outcome = "disconnected";
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private ChatScript.@Nullable Refusal refusal(String message) {
        if (!readiness.equals("ready")) {
            return new ChatScript.Refusal(503, "", "{\"error\":{\"message\":\"the server is " + readiness + "\"}}");
        }
        return ChatScript.refusal(message, attempts.merge(message, 1, Integer::sum));
    }

    private static void reply(HttpExchange exchange, int status, String type, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }
}
