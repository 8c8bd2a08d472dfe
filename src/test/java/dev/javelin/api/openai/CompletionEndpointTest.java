package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.output.ScriptedEngine;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class CompletionEndpointTest {
    private static final String PATH = "/v1/completions";
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

    private static JsonNode answer(String body) {
        HttpResponse<String> response = http.post(PATH, body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return Http.json(response);
    }

    @Test
    void answersATextWithSixteenTokensAtMost() {
        JsonNode answer = answer("{\"prompt\":\"say 0123456789abcdefghij\"}");
        assertThat(answer.get("id").stringValue()).startsWith("cmpl-");
        assertThat(answer.get("object").stringValue()).isEqualTo("text_completion");
        assertThat(answer.at("/choices/0/text").stringValue()).isEqualTo("0123456789abcdef");
        assertThat(answer.at("/choices/0/finish_reason").stringValue()).isEqualTo("length");
        assertThat(answer.at("/choices/0/logprobs").isNull()).isTrue();
    }

    @Test
    void takesEveryFormOfPrompt() {
        assertThat(texts(answer("{\"prompt\":[\"say a\",\"say b\"]}"))).containsExactly("a", "b");
        assertThat(texts(answer("{\"prompt\":[115,97,121,32,120]}"))).containsExactly("x");
        assertThat(texts(answer("{\"prompt\":[[115,97,121,32,120],[115,97,121,32,121.0]]}")))
                .containsExactly("x", "y");
        JsonNode many = answer("{\"prompt\":[\"say a%\",\"say b%\"],\"n\":2}");
        assertThat(texts(many)).containsExactly("a0", "a1", "b0", "b1");
        assertThat(many.get("choices").values().stream().map(c -> c.get("index").intValue()))
                .containsExactly(0, 1, 2, 3);
        assertThat(many.at("/usage/prompt_tokens").intValue()).isEqualTo(14);
        assertThat(many.at("/usage/completion_tokens").intValue()).isEqualTo(12);
    }

    @Test
    void specialTokensAreAddedUnlessRefused() {
        assertThat(answer("{\"prompt\":\"say x\"}").at("/usage/prompt_tokens").intValue())
                .isEqualTo(6);
        assertThat(answer("{\"prompt\":\"say x\",\"add_special_tokens\":false}")
                        .at("/usage/prompt_tokens")
                        .intValue())
                .isEqualTo(5);
    }

    @Test
    void echoesThePromptAsItWasSent() {
        assertThat(texts(answer("{\"prompt\":\"say x\",\"echo\":true}"))).containsExactly("say xx");
        assertThat(texts(answer("{\"prompt\":[115,97,121,32,120],\"echo\":true}")))
                .containsExactly("say xx");
        List<JsonNode> chunks = Http.chunks(http.post(PATH, "{\"prompt\":\"say xy\",\"echo\":true,\"stream\":true}"));
        assertThat(chunks.getFirst().at("/choices/0/text").stringValue()).isEqualTo("say xyx");
    }

    @Test
    void logprobsOfAnEchoGoThroughThePromptAndItsOffsetsThroughTheText() {
        JsonNode choice = answer("{\"prompt\":\"say é\",\"echo\":true,\"logprobs\":1,\"max_tokens\":2}")
                .at("/choices/0");
        assertThat(choice.get("text").stringValue()).isEqualTo("say éé");
        JsonNode logprobs = choice.get("logprobs");
        // <bos> s a y space C3 A9 | C3 A9
        assertThat(logprobs.get("text_offset").toString()).isEqualTo("[0,0,1,2,3,4,4,5,5]");
        assertThat(logprobs.get("tokens").size()).isEqualTo(9);
        assertThat(logprobs.at("/tokens/0").stringValue()).isEqualTo("<bos>");
        assertThat(logprobs.at("/token_logprobs/0").isNull()).isTrue();
        assertThat(logprobs.at("/top_logprobs/0").isNull()).isTrue();
        assertThat(logprobs.at("/token_logprobs/1").doubleValue()).isEqualTo(ScriptedEngine.logprob('s'));
        assertThat(logprobs.at("/top_logprobs/1/s").doubleValue()).isEqualTo(ScriptedEngine.logprob('s'));
    }

    @Test
    void logprobsOfAnAnswerHaveOffsetsInTheAnswer() {
        JsonNode logprobs = answer("{\"prompt\":\"say ab\",\"logprobs\":0}").at("/choices/0/logprobs");
        assertThat(logprobs.get("text_offset").toString()).isEqualTo("[0,1,2]");
        assertThat(logprobs.get("tokens").toString()).isEqualTo("[\"a\",\"b\",\"<eos>\"]");
        assertThat(logprobs.at("/top_logprobs/0").toString())
                .isEqualTo("{\"a\":" + (double) ScriptedEngine.logprob('a') + "}");
        List<JsonNode> chunks = Http.chunks(http.post(PATH, "{\"prompt\":\"say ab\",\"logprobs\":0,\"stream\":true}"));
        StringBuilder offsets = new StringBuilder();
        chunks.forEach(c ->
                c.at("/choices/0/logprobs/text_offset").values().forEach(offset -> offsets.append(offset.intValue())));
        assertThat(offsets.toString()).isEqualTo("012");
    }

    @Test
    void streamsEachPromptAndEndsWithTheUsageOfAll() {
        HttpResponse<String> response = http.post(
                PATH,
                "{\"prompt\":[\"say one\",\"say two\"],\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        List<JsonNode> chunks = Http.chunks(response);
        StringBuilder first = new StringBuilder();
        StringBuilder second = new StringBuilder();
        for (JsonNode chunk : chunks.subList(0, chunks.size() - 1)) {
            boolean isFirst = chunk.at("/choices/0/index").intValue() == 0;
            (isFirst ? first : second).append(chunk.at("/choices/0/text").stringValue());
        }
        assertThat(List.of(first.toString(), second.toString())).containsExactly("one", "two");
        assertThat(chunks.getLast().at("/usage/completion_tokens").intValue()).isEqualTo(8);
        assertThat(chunks.stream().filter(c -> c.has("usage"))).hasSize(1);
    }

    @Test
    void givesPromptLogprobsAndTokenIdsForEachChoice() {
        JsonNode choice = answer("{\"prompt\":\"say a\",\"prompt_logprobs\":0,\"return_token_ids\":true}")
                .at("/choices/0");
        assertThat(choice.get("prompt_token_ids").toString()).isEqualTo("[256,115,97,121,32,97]");
        assertThat(choice.get("token_ids").toString()).isEqualTo("[97,257]");
        assertThat(choice.get("prompt_logprobs").size()).isEqualTo(6);
        assertThat(choice.at("/prompt_logprobs/1/115/decoded_token").stringValue())
                .isEqualTo("s");
    }

    private static List<String> texts(JsonNode answer) {
        return answer.get("choices").values().stream()
                .map(c -> c.get("text").stringValue())
                .toList();
    }
}
