package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.output.ByteText;
import dev.javelin.output.ScriptedEngine;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChatEndpointTest {
    private static final String PATH = "/v1/chat/completions";
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

    private static String chat(String text, String more) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":" + Http.JSON.writeValueAsString(text) + "}]" + more
                + "}";
    }

    @Test
    void answersWhole() {
        HttpResponse<String> response = http.post(PATH, chat("say héllo cached", ",\"model\":\"org/tiny\""));
        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode answer = Http.json(response);
        String requestId = response.headers().firstValue("x-request-id").orElseThrow();
        assertThat(answer.get("id").stringValue()).isEqualTo("chatcmpl-" + requestId);
        assertThat(answer.get("object").stringValue()).isEqualTo("chat.completion");
        assertThat(answer.get("created").longValue()).isEqualTo(1_800_000_000L);
        assertThat(answer.get("model").stringValue()).isEqualTo("org/tiny");
        assertThat(answer.get("system_fingerprint").stringValue()).isEqualTo("fp_test");
        JsonNode choice = answer.get("choices").get(0);
        assertThat(choice.get("message").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"héllo cached\",\"refusal\":null}");
        assertThat(choice.get("finish_reason").stringValue()).isEqualTo("stop");
        assertThat(choice.get("logprobs").isNull()).isTrue();
        int prompt = 1 + "<user>say h..llo cached<assistant>".length();
        assertThat(answer.get("usage").toString())
                .isEqualTo("{\"prompt_tokens\":" + prompt + ",\"completion_tokens\":14,\"total_tokens\":"
                        + (prompt + 14) + ",\"prompt_tokens_details\":{\"cached_tokens\":3}}");
        assertThat(response.headers().firstValue("x-javelin-ignored")).isEmpty();
    }

    @Test
    void streamsInExactlyOpenAisFrames() {
        HttpResponse<String> response =
                http.post(PATH, chat("say hé", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertThat(response.headers().firstValue("content-type")).contains("text/event-stream");
        assertThat(response.headers().firstValue("cache-control")).contains("no-cache");
        assertThat(response.headers().firstValue("x-accel-buffering")).contains("no");
        assertThat(response.body()).startsWith("data: {\"id\":\"chatcmpl-").endsWith("}\n\ndata: [DONE]\n\n");
        List<JsonNode> chunks = Http.chunks(response);
        assertThat(chunks.getFirst().at("/choices/0/delta").toString())
                .isEqualTo("{\"role\":\"assistant\",\"content\":\"\"}");
        assertThat(text(chunks, 0)).isEqualTo("hé");
        JsonNode end = chunks.get(chunks.size() - 2);
        assertThat(end.at("/choices/0/finish_reason").stringValue()).isEqualTo("stop");
        assertThat(end.at("/choices/0/delta").toString()).isEqualTo("{}");
        assertThat(chunks.getLast().get("choices").isEmpty()).isTrue();
        assertThat(chunks.getLast().at("/usage/completion_tokens").intValue()).isEqualTo(4);
        assertThat(chunks.getFirst().has("usage")).isFalse();
    }

    @Test
    void givesUsageWithEveryChunkWhenAsked() {
        HttpResponse<String> response = http.post(
                PATH,
                chat(
                        "say abc",
                        ",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}"));
        assertThat(Http.chunks(response))
                .allSatisfy(
                        c -> assertThat(c.at("/usage/prompt_tokens").intValue()).isEqualTo(25));
    }

    @Test
    void givesEachChoiceItsOwnText() {
        JsonNode answer = Http.json(http.post(PATH, chat("say no %", ",\"n\":3")));
        assertThat(answer.get("choices").values().stream()
                        .map(c -> c.at("/message/content").stringValue()))
                .containsExactly("no 0", "no 1", "no 2");
        List<JsonNode> chunks = Http.chunks(http.post(PATH, chat("say no %", ",\"n\":3,\"stream\":true")));
        assertThat(List.of(text(chunks, 0), text(chunks, 1), text(chunks, 2))).containsExactly("no 0", "no 1", "no 2");
    }

    @Test
    void stopsAtStopStringsAndSaysWhich() {
        JsonNode choice = Http.json(http.post(PATH, chat("say one END two", ",\"stop\":[\"END\",\"two\"]")))
                .at("/choices/0");
        assertThat(choice.at("/message/content").stringValue()).isEqualTo("one ");
        assertThat(choice.get("stop_reason").stringValue()).isEqualTo("END");
        JsonNode kept = Http.json(
                http.post(PATH, chat("say one END two", ",\"stop\":\"END\",\"include_stop_str_in_output\":true")));
        assertThat(kept.at("/choices/0/message/content").stringValue()).isEqualTo("one END");
        JsonNode byToken = Http.json(http.post(PATH, chat("say one!two", ",\"stop_token_ids\":[33]")));
        assertThat(byToken.at("/choices/0/message/content").stringValue()).isEqualTo("one");
        assertThat(byToken.at("/choices/0/stop_reason").intValue()).isEqualTo('!');
    }

    @Test
    void limitsTokensByEitherName() {
        JsonNode newer =
                Http.json(http.post(PATH, chat("say abcdef", ",\"max_tokens\":1,\"max_completion_tokens\":2")));
        assertThat(newer.at("/choices/0/message/content").stringValue()).isEqualTo("ab");
        assertThat(newer.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
        JsonNode older = Http.json(http.post(PATH, chat("say abcdef", ",\"max_tokens\":3")));
        assertThat(older.at("/usage/completion_tokens").intValue()).isEqualTo(3);
    }

    @Test
    void givesLogprobsWithBytesAndAlternatives() {
        JsonNode logprobs = Http.json(http.post(PATH, chat("say é", ",\"logprobs\":true,\"top_logprobs\":2")))
                .at("/choices/0/logprobs/content");
        assertThat(logprobs.size()).isEqualTo(3);
        assertThat(logprobs.get(0).get("token").stringValue()).isEqualTo("\uFFFD");
        assertThat(logprobs.get(0).get("bytes").toString()).isEqualTo("[195]");
        assertThat(logprobs.get(0).get("logprob").doubleValue()).isEqualTo(ScriptedEngine.logprob(195));
        assertThat(logprobs.get(0).get("top_logprobs").size()).isEqualTo(2);
        assertThat(logprobs.get(2).get("token").stringValue()).isEqualTo("<eos>");
        List<JsonNode> chunks = Http.chunks(http.post(PATH, chat("say é", ",\"logprobs\":true,\"stream\":true")));
        assertThat(chunks.stream()
                        .mapToInt(c -> c.at("/choices/0/logprobs/content").size())
                        .sum())
                .isEqualTo(3);
    }

    @Test
    void givesTokenIdsAndPromptLogprobsWhenAsked() {
        JsonNode answer =
                Http.json(http.post(PATH, chat("say ab", ",\"return_token_ids\":true,\"prompt_logprobs\":1")));
        assertThat(answer.at("/choices/0/token_ids").toString()).isEqualTo("[97,98," + ByteText.EOS + "]");
        int promptTokens = answer.at("/usage/prompt_tokens").intValue();
        assertThat(answer.get("prompt_token_ids").size()).isEqualTo(promptTokens);
        JsonNode scores = answer.get("prompt_logprobs");
        assertThat(scores.size()).isEqualTo(promptTokens);
        assertThat(scores.get(0).isNull()).isTrue();
        assertThat(scores.get(1).get("60").toString())
                .isEqualTo(
                        "{\"logprob\":" + (double) ScriptedEngine.logprob(60) + ",\"rank\":1,\"decoded_token\":\"<\"}");
    }

    @Test
    void acceptsTextPartsDevelopersAndTemplateArguments() {
        JsonNode answer = Http.json(http.post(PATH, """
                {"messages":[{"role":"developer","content":"be brief"},
                  {"role":"user","content":[{"type":"text","text":"say a"},{"type":"text","text":"b"}]}],
                 "chat_template_kwargs":{"thinking":false},"return_token_ids":true}
                """));
        assertThat(answer.at("/choices/0/message/content").stringValue()).isEqualTo("a\nb");
        StringBuilder prompt = new StringBuilder();
        answer.get("prompt_token_ids").values().stream().skip(1).forEach(id -> prompt.append((char) id.intValue()));
        assertThat(prompt.toString()).isEqualTo("<system>be brief<user>say a\nb{thinking=false}<assistant>");
    }

    @Test
    void namesFieldsThatItDoesNotKnow() {
        HttpResponse<String> response = http.post(PATH, """
                {"messages":[{"role":"user","content":"say x","mood":"good"}],"user":"me","store":false,
                 "frobnicate":1,"b\\nad":true,"absent":null}
                """);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-javelin-ignored")).contains("frobnicate, b?ad, messages[0].mood");
    }

    @Test
    void takesTheClientsRequestId() {
        HttpResponse<String> response = http.send(HttpRequest.newBuilder(URI.create(server.baseUrl() + PATH))
                .header("Content-Type", "application/json")
                .header("X-Request-Id", "my-id.1")
                .POST(BodyPublishers.ofString(chat("say x", ""))));
        assertThat(response.headers().firstValue("x-request-id")).contains("my-id.1");
        assertThat(Http.json(response).get("id").stringValue()).isEqualTo("chatcmpl-my-id.1");
        JsonNode own = Http.json(http.post(PATH, chat("say x", ",\"request_id\":\"body-id\"")));
        assertThat(own.get("id").stringValue()).isEqualTo("chatcmpl-body-id");
    }

    @Test
    void aFailedStreamEndsWithAnErrorEvent() {
        List<String> events = Http.events(http.post(PATH, chat("fail", ",\"stream\":true")));
        assertThat(events).doesNotContain("[DONE]");
        JsonNode error = Http.JSON.readTree(events.getLast()).get("error");
        assertThat(error.get("code").stringValue()).isEqualTo("numerics_failed");
        assertThat(error.get("message").stringValue()).contains("request id").doesNotContain("NaN");
        assertThat(events.size()).isGreaterThan(1);
    }

    @Test
    void aFailedAnswerIsAnErrorThatShowsNothingOfTheInside() {
        HttpResponse<String> response = http.post(PATH, chat("fail", ""));
        assertThat(response.statusCode()).isEqualTo(500);
        assertThat(Http.error(response).get("message").stringValue())
                .contains(response.headers().firstValue("x-request-id").orElseThrow());
        assertThat(response.body()).doesNotContain("Exception", "\tat ");
    }

    private static String text(List<JsonNode> chunks, int choiceIndex) {
        StringBuilder text = new StringBuilder();
        for (JsonNode chunk : chunks) {
            for (JsonNode choice : chunk.get("choices").values()) {
                if (choice.get("index").intValue() == choiceIndex) {
                    text.append(choice.at("/delta/content").asString(""));
                }
            }
        }
        return text.toString();
    }
}
