package dev.javelin.api.openai;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The JDK's client, so that what is tested is the bytes. */
final class Http {
    static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String baseUrl;

    Http(String baseUrl) {
        this.baseUrl = baseUrl;
    }

    HttpResponse<String> post(String path, String body) {
        return post(path, body.getBytes(StandardCharsets.UTF_8), "application/json");
    }

    HttpResponse<String> post(String path, byte[] body, String contentType) {
        return send(HttpRequest.newBuilder(URI.create(baseUrl + path))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body)));
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(baseUrl + path)));
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonNode json(HttpResponse<String> response) {
        return JSON.readTree(response.body());
    }

    static JsonNode error(HttpResponse<String> response) {
        return json(response).get("error");
    }

    /** The events of a stream, each checked to be framed exactly; {@code [DONE]} as it stands. */
    static List<String> events(HttpResponse<String> response) {
        List<String> events = new ArrayList<>();
        for (String frame : response.body().split("\n\n", -1)) {
            if (frame.startsWith("data: ")) {
                events.add(frame.substring("data: ".length()));
            } else if (!frame.isEmpty() && !frame.startsWith(":")) {
                throw new AssertionError("not a frame: " + frame);
            }
        }
        return events;
    }

    /** The events of a stream that ended well, without {@code [DONE]}. */
    static List<JsonNode> chunks(HttpResponse<String> response) {
        List<String> events = events(response);
        if (!events.getLast().equals("[DONE]")) {
            throw new AssertionError("the stream ends with " + events.getLast());
        }
        return events.subList(0, events.size() - 1).stream().map(JSON::readTree).toList();
    }
}
