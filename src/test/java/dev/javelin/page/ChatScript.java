package dev.javelin.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What the fake API answers to each message, written event by event. Immutable; every answer has its own wire. */
final class ChatScript {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** Where an answer goes. */
    interface Wire {
        /** Sends the bytes at once, or fails when the browser has gone. */
        void send(byte[] bytes) throws IOException;

        /** Waits until a check asks for one more step. */
        void awaitStep() throws InterruptedException;

        /** Sends text, encoded as UTF-8. */
        default void send(String text) throws IOException {
            send(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** An answer that is no stream: status, extra header or empty, and body. */
    record Refusal(int status, String retryAfter, String body) {}

    private ChatScript() {}

    /** The refusal that a message asks for, or null where it is answered with a stream. */
    static @Nullable Refusal refusal(String message, int attempt) {
        return switch (message) {
            case "busy once" ->
                attempt > 1
                        ? null
                        : new Refusal(429, "1", error("The queue holds 64 requests, its limit.", "queue", null));
            case "too long" ->
                new Refusal(
                        400,
                        "",
                        error(
                                "prompt has 9000 tokens, the model's limit is 8192",
                                "context_length_exceeded",
                                "messages"));
            case "unknown model" ->
                new Refusal(404, "", error("no model 'x' is served here", "model_not_found", "model"));
            case "too large" -> new Refusal(413, "", error("the body has more than 16 MB", "body_too_large", null));
            case "plain 502" -> new Refusal(502, "", "<html>bad <b>gateway</b></html>");
            default -> null;
        };
    }

    /** Streams the answer to a message. */
    static void answer(String message, Wire wire) throws IOException, InterruptedException {
        switch (message) {
            case "gated" -> gated(wire);
            case "slow start" -> {
                Thread.sleep(700);
                tokens(wire, List.of("late ", "but ", "here"), 20);
                end(wire, "stop", 12, 0, 3);
            }
            case "endless" -> {
                for (int i = 0; i < 3000; i++) {
                    wire.send(delta("word" + i + " "));
                    Thread.sleep(15);
                }
            }
            case "split" -> split(wire);
            case "broken" -> {
                tokens(wire, List.of("This part ", "was ", "received."), 10);
                wire.send("data: " + error("the device failed", "internal_error", null) + "\n\n");
            }
            case "cut" -> tokens(wire, List.of("only ", "a ", "part"), 10);
            case "limit" -> {
                tokens(wire, List.of("one ", "two"), 10);
                end(wire, "length", 5, 0, 2);
            }
            case "long code" -> stream(wire, longCode(), 6, 1);
            case "attack" -> stream(wire, resource("attack.md"), 7, 0);
            case "markdown", "Show me what Markdown can do." -> stream(wire, resource("answer.md"), 5, 2);
            default -> stream(wire, "You said: " + message, 4, 5);
        }
    }

    private static void gated(Wire wire) throws IOException, InterruptedException {
        List<String> words = List.of("One", " two", " three", " four", " five");
        wire.send("data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n");
        for (String word : words) {
            wire.awaitStep();
            wire.send(delta(word));
        }
        wire.awaitStep();
        end(wire, "stop", 1234, 1200, words.size());
    }

    /** Characters of two to four bytes, all line ends, comments and data of two lines, a byte or a few a TCP write. */
    private static void split(Wire wire) throws IOException, InterruptedException {
        String events = ": a comment\r\n\r\n" + delta("Grüße, ").replace("\n", "\r\n") + "event: message\rdata:"
                + delta("日本語 ").substring("data:".length()).replace("\n", "\r") + delta("🏹🎯")
                + "data: {\"choices\":\r\ndata: [{\"index\":0,\"delta\":{\"content\":\" fin\"}}]}\r\n\r\n";
        byte[] bytes = events.getBytes(StandardCharsets.UTF_8);
        for (int from = 0; from < bytes.length; ) {
            int to = Math.min(bytes.length, from + (bytes[from] < 0 || bytes[from] == '\r' ? 1 : 7));
            for (int i = from; i < to; i++) {
                if (bytes[i] == '\r') {
                    to = i + 1; // the LF of a CRLF comes in another read
                }
            }
            wire.send(Arrays.copyOfRange(bytes, from, to));
            Thread.sleep(4);
            from = to;
        }
        end(wire, "stop", 3, 0, 3);
    }

    private static void stream(Wire wire, String text, int charsPerToken, int pauseMillis)
            throws IOException, InterruptedException {
        int[] points = text.codePoints().toArray();
        int tokens = 0;
        for (int from = 0; from < points.length; from += charsPerToken, tokens++) {
            wire.send(delta(new String(points, from, Math.min(charsPerToken, points.length - from))));
            Thread.sleep(pauseMillis);
        }
        end(wire, "stop", 512, 448, tokens);
    }

    private static void tokens(Wire wire, List<String> tokens, int pauseMillis)
            throws IOException, InterruptedException {
        for (String token : tokens) {
            wire.send(delta(token));
            Thread.sleep(pauseMillis);
        }
    }

    private static void end(Wire wire, String reason, int promptTokens, int cachedTokens, int tokens)
            throws IOException {
        wire.send("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}\n\n");
        wire.send("data: {\"choices\":[],\"usage\":{\"prompt_tokens\":" + promptTokens + ",\"completion_tokens\":"
                + tokens + ",\"prompt_tokens_details\":{\"cached_tokens\":" + cachedTokens + "}}}\n\n");
        wire.send("data: [DONE]\n\n");
    }

    private static String delta(String content) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":" + JSON.writeValueAsString(content)
                + "},\"finish_reason\":null}],\"usage\":null}\n\n";
    }

    private static String error(String message, String code, @Nullable String param) {
        return "{\"error\":{\"message\":" + JSON.writeValueAsString(message)
                + ",\"type\":\"invalid_request_error\",\"param\":" + JSON.writeValueAsString(param) + ",\"code\":\""
                + code + "\"}}";
    }

    private static String longCode() {
        StringBuilder text = new StringBuilder("Here is a long program:\n\n```java\nfinal class Counter {\n");
        for (int i = 0; i < 150; i++) {
            text.append("    int step")
                    .append(i)
                    .append("(int value) { return value + ")
                    .append(i)
                    .append("; }")
                    .append(
                            i == 7
                                    ? " // a line that is far wider than any phone and most desks, so it has to scroll"
                                    : "")
                    .append('\n');
        }
        return text.append("}\n```\n\nThat was all of it.").toString();
    }

    private static String resource(String name) throws IOException {
        try (var in = ChatScript.class.getResourceAsStream("/page/" + name)) {
            if (in == null) {
                throw new IOException("no test resource page/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
