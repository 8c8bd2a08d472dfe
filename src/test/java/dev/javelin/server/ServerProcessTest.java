package dev.javelin.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.model.hub.RealModel;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServerProcessTest {
    private static final String LONG_STREAM = """
            {"messages": [{"role": "user", "content": "Tell me a story."}], "stream": true,
             "max_tokens": 120, "ignore_eos": true, "temperature": 0}""";

    @Test
    void startsWithoutOptionsAndDrainsOnSigterm() throws Exception {
        try (ServerProcess server = new ServerProcess("--javelin.model=" + RealModel.path())) {
            assertThat(server.get("/health/ready").statusCode()).isEqualTo(200);
            HttpResponse<Stream<String>> answer = server.client()
                    .send(server.post("/v1/chat/completions", LONG_STREAM), HttpResponse.BodyHandlers.ofLines());
            Iterator<String> lines = answer.body().iterator();
            List<String> seen = new ArrayList<>();
            while (seen.size() < 10) {
                seen.add(lines.next());
            }
            server.process().destroy();
            waitUntilDraining(server);
            HttpResponse<String> refused = server.client()
                    .send(server.post("/v1/chat/completions", LONG_STREAM), HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).isEqualTo(503);
            lines.forEachRemaining(seen::add);
            assertThat(seen).as(server.log()).contains("data: [DONE]");
            assertThat(String.join("\n", seen)).contains("\"finish_reason\":\"length\"");
            assertThat(server.awaitExit(Duration.ofSeconds(30))).isEqualTo(143);
        }
    }

    private static void waitUntilDraining(ServerProcess server) throws Exception {
        for (int attempt = 0; attempt < 100; attempt++) {
            if (server.get("/health/ready").statusCode() == 503) {
                return;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("readiness stays up:\n" + server.log());
    }

    @Test
    void modelThatCannotBeReachedIsOneMessageAndAnExitCode() throws Exception {
        try (ServerProcess server = new ServerProcess("--javelin.model=/no/such/model.gguf")) {
            assertThat(server.awaitExit(Duration.ofMinutes(1))).isEqualTo(1);
            assertThat(server.log()).contains("/no/such/model.gguf").doesNotContain("\tat ");
        }
    }

    @Test
    void unknownSettingIsOneMessageAndAnExitCode() throws Exception {
        try (ServerProcess server = new ServerProcess("--javelin.modle=x")) {
            assertThat(server.awaitExit(Duration.ofMinutes(1))).isEqualTo(1);
            assertThat(server.log()).contains("javelin.modle").doesNotContain("\tat ");
        }
    }
}
