package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Every bad input gets its error with the field's name, and the next request notices nothing. */
class BadInputTest {
    private static final String CHAT = "/v1/chat/completions";
    private static final String COMPLETIONS = "/v1/completions";
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
    void othersNoticeNothing() {
        HttpResponse<String> response = http.post(COMPLETIONS, "{\"prompt\":\"say fine\"}");
        assertThat(Http.json(response).at("/choices/0/text").stringValue()).isEqualTo("fine");
        assertThat(server.generation().waitingRequestCount()).isZero();
    }

    /** A field of a chat request, what is sent, and what the message must say beside the field's name. */
    static Stream<Arguments> badChatFields() {
        return Stream.of(
                arguments("temperature", "\"hot\"", "temperature", "'hot'"),
                arguments("temperature", "1e400", "temperature", "finite"),
                arguments("temperature", "-0.1", "temperature", "from 0 to 2"),
                arguments("temperature", "[1]", "temperature", "an array"),
                arguments("top_p", "0", "top_p", "above 0"),
                arguments("top_p", "1.5", "top_p", "at most 1"),
                arguments("top_k", "-2", "top_k", "-2"),
                arguments("top_k", "1.5", "top_k", "whole number"),
                arguments("top_k", "true", "top_k", "true"),
                arguments("min_p", "2", "min_p", "from 0 to 1"),
                arguments("repetition_penalty", "0", "repetition_penalty", "above 0"),
                arguments("presence_penalty", "3", "presence_penalty", "from -2 to 2"),
                arguments("frequency_penalty", "-3", "frequency_penalty", "from -2 to 2"),
                arguments("n", "0", "n", "from 1 to 64"),
                arguments("n", "65", "n", "from 1 to 64"),
                arguments("n", "\"2\"", "n", "'2'"),
                arguments("max_tokens", "0", "max_tokens", "at least 1"),
                arguments("max_tokens", "-5", "max_tokens", "-5"),
                arguments("max_completion_tokens", "-5", "max_completion_tokens", "-5"),
                arguments("max_tokens", "99999999999999999999999", "max_tokens", "64 bits"),
                arguments("max_tokens", "3000000000", "max_tokens", "3000000000"),
                arguments("max_tokens", "500", "max_tokens", "limit is 512"),
                arguments("min_tokens", "-1", "min_tokens", "-1"),
                arguments("min_tokens", "510", "min_tokens", "510"),
                arguments("seed", "1e30", "seed", "whole number"),
                arguments("stop", "7", "stop", "a string or an array of strings"),
                arguments("stop", "[\"a\",7]", "stop[1]", "a string"),
                arguments("stop", "\"\"", "stop", "from 1"),
                arguments("stop", "[\"\\ud800\"]", "stop[0]", "lone surrogate"),
                arguments("stop_token_ids", "[264]", "stop_token_ids", "0 to 263"),
                arguments("stop_token_ids", "[-1]", "stop_token_ids", "-1"),
                arguments("stop_token_ids", "[\"1\"]", "stop_token_ids[0]", "whole number"),
                arguments("logit_bias", "{\"264\":1}", "logit_bias", "0 to 263"),
                arguments("logit_bias", "{\"-1\":1}", "logit_bias", "-1"),
                arguments("logit_bias", "{\"x\":1}", "logit_bias", "'x'"),
                arguments("logit_bias", "{\"1\":101}", "logit_bias[1]", "-100 to 100"),
                arguments("logit_bias", "{\"1\":1e99}", "logit_bias[1]", "-100 to 100"),
                arguments("logit_bias", "[1]", "logit_bias", "an object"),
                arguments("logprobs", "1", "logprobs", "true or false"),
                arguments("top_logprobs", "3", "top_logprobs", "logprobs to be true"),
                arguments("prompt_logprobs", "21", "prompt_logprobs", "0 to 20"),
                arguments("stream", "\"yes\"", "stream", "'yes'"),
                arguments("stream_options", "{\"include_usage\":true}", "stream_options", "stream is true"),
                arguments("cache_salt", "\"\"", "cache_salt", "from 1 to 256"),
                arguments("request_id", "\"a b\"", "request_id", "characters"),
                arguments(
                        "chat_template_kwargs", "{\"messages\":[]}", "chat_template_kwargs.messages", "by the server"),
                arguments("chat_template_kwargs", "{\"a\":{\"b\":[null]}}", "chat_template_kwargs.a.b[0]", "null"),
                arguments("metadata", "\"\\ud800\"", null, null));
    }

    @ParameterizedTest(name = "{0} = {1}")
    @MethodSource("badChatFields")
    void namesTheFieldAndTheExpectation(String name, String value, String param, String says) {
        HttpResponse<String> response = http.post(
                CHAT, "{\"messages\":[{\"role\":\"user\",\"content\":\"say x\"}],\"" + name + "\":" + value + "}");
        if (param == null) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        } else {
            check(response, 400, param, says);
        }
    }

    static Stream<Arguments> badMessages() {
        return Stream.of(
                arguments("[]", "messages", "from 1"),
                arguments("null", "messages", "missing"),
                arguments("\"hi\"", "messages", "an array"),
                arguments("[7]", "messages[0]", "an object"),
                arguments("[{\"content\":\"x\"}]", "messages[0].role", "missing"),
                arguments(
                        "[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"wizard\",\"content\":\"x\"}]",
                        "messages[1].role",
                        "'wizard'"),
                arguments("[{\"role\":\"user\"}]", "messages[0].content", "missing"),
                arguments("[{\"role\":\"user\",\"content\":7}]", "messages[0].content", "the number 7"),
                arguments("[{\"role\":\"user\",\"content\":[]}]", "messages[0].content", "no parts"),
                arguments(
                        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\"}]}]",
                        "messages[0].content[0].text",
                        "missing"),
                arguments(
                        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\\ud800\"}]}]",
                        "messages[0].content[0].text",
                        "lone surrogate at character 1"),
                arguments(
                        "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"image_url\"}]}]",
                        "messages[0].content[1].type",
                        "not supported"),
                arguments(
                        "[{\"role\":\"user\",\"content\":\"\\udc00\\ud800\"}]",
                        "messages[0].content",
                        "lone surrogate at character 0"),
                arguments(
                        "[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}]",
                        "messages[0].tool_calls[0].function.arguments",
                        "no JSON"),
                arguments("[{\"role\":\"tool\",\"content\":\"x\"}]", null, "tool_call_id"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badMessages")
    void namesThePathInMessages(String messages, String param, String says) {
        check(http.post(CHAT, "{\"messages\":" + messages + "}"), 400, param, says);
    }

    static Stream<Arguments> badPrompts() {
        return Stream.of(
                arguments("\"\"", "prompt", "empty"),
                arguments("[]", "prompt", "empty"),
                arguments("[[]]", "prompt[0]", "empty"),
                arguments("[\"a\",\"\"]", "prompt[1]", "empty"),
                arguments("{}", "prompt", "an object"),
                arguments("null", "prompt", "missing"),
                arguments("[1,264]", "prompt", "0 to 263"),
                arguments("[1,-1]", "prompt", "-1"),
                arguments("[1,1.5]", "prompt[1]", "whole number"),
                arguments("[1,\"a\"]", "prompt[1]", "'a'"),
                arguments("[\"a\",7]", "prompt[1]", "a string"),
                arguments("[[1],[1,true]]", "prompt[1][1]", "true"),
                arguments("\"\\ud83d\"", "prompt", "lone surrogate"),
                arguments("[" + "\"a\",".repeat(128) + "\"a\"]", "prompt", "limit is 128"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badPrompts")
    void namesThePathInPrompts(String prompt, String param, String says) {
        check(http.post(COMPLETIONS, "{\"prompt\":" + prompt + "}"), 400, param, says);
    }

    @Test
    void tooLongPromptsNameBothNumbers() {
        HttpResponse<String> response = http.post(COMPLETIONS, "{\"prompt\":\"" + "x".repeat(600) + "\"}");
        JsonNode error = check(response, 400, "prompt", "prompt has 601 tokens, the model's limit is 512");
        assertThat(error.get("code").stringValue()).isEqualTo("context_length_exceeded");
        HttpResponse<String> streamed =
                http.post(COMPLETIONS, "{\"stream\":true,\"prompt\":\"" + "x".repeat(600) + "\"}");
        assertThat(Http.error(streamed).get("code").stringValue()).isEqualTo("context_length_exceeded");
        assertThat(streamed.headers().firstValue("content-type")).contains("application/json");
        assertThat(streamed.statusCode()).isEqualTo(400);
        check(
                http.post(COMPLETIONS, "{\"max_tokens\":500,\"prompt\":\"" + "x".repeat(100) + "\"}"),
                400,
                "max_tokens",
                "together 601, the model's limit is 512");
    }

    static Stream<Arguments> refusedFields() {
        return Stream.of(
                arguments(CHAT, "tools", "[{\"type\":\"function\"}]"),
                arguments(CHAT, "tool_choice", "\"required\""),
                arguments(CHAT, "response_format", "{\"type\":\"json_object\"}"),
                arguments(CHAT, "continue_final_message", "true"),
                arguments(CHAT, "skip_special_tokens", "false"),
                arguments(CHAT, "audio", "{}"),
                arguments(CHAT, "functions", "[]"),
                arguments(COMPLETIONS, "suffix", "\"x\""),
                arguments(COMPLETIONS, "best_of", "2"),
                arguments(COMPLETIONS, "guided_json", "{}"));
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource("refusedFields")
    void refusesWhatItCannotDoByName(String path, String name, String value) {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"say x\"}],\"prompt\":\"say x\",\"" + name + "\":"
                + value + "}";
        JsonNode error = check(http.post(path, body), 400, name, "not supported");
        assertThat(error.get("code").stringValue()).isEqualTo("unsupported_parameter");
    }

    @Test
    void harmlessValuesOfRefusedFieldsPass() {
        HttpResponse<String> chat = http.post(CHAT, """
                {"messages":[{"role":"user","content":"say x"}],"tools":[{"type":"function"}],"tool_choice":"none",
                 "response_format":{"type":"text"},"skip_special_tokens":true,"suffix":null,"max_tokens":3.0}
                """);
        assertThat(chat.statusCode()).as(chat.body()).isEqualTo(200);
        assertThat(http.post(COMPLETIONS, "{\"prompt\":\"say x\",\"best_of\":1,\"suffix\":\"\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    static Stream<Arguments> unreadable() {
        String deep = "{\"prompt\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
        return Stream.of(
                arguments("", "empty"),
                arguments("   ", "empty"),
                arguments("{", "not valid JSON"),
                arguments("{} {}", "goes on"),
                arguments("[]", "a JSON object"),
                arguments("\"x\"", "a JSON object"),
                arguments("{\"temperature\":NaN}", "temperature"),
                arguments("{\"temperature\":Infinity}", "temperature"),
                arguments("{\"temperature\":-Infinity}", "temperature"),
                arguments("{\"n\":" + "9".repeat(10_000) + "}", "in n"),
                arguments("{\"temperature\":0." + "3".repeat(10_000) + "}", "in temperature"),
                arguments("{\"n\":1,\"n\":2}", "'n'"),
                arguments("{\"messages\":[{\"role\":\"user\",\"role\":\"user\"}]}", "messages[0]"),
                arguments("{'n':1}", "not valid JSON"),
                arguments(deep, "depth 64"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void saysWhereABodyIsUnreadable(String body, String says) {
        HttpResponse<String> response = http.post(COMPLETIONS, body);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(Http.error(response).get("message").stringValue().replace('"', '\''))
                .contains(says);
    }

    @Test
    void refusesInvalidUtf8ByPosition() {
        byte[][] bad = {
            {(byte) 0xFF}, {(byte) 0xC0, (byte) 0x80}, {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, {(byte) 0xE2}
        };
        byte[] head = "{\"prompt\":\"".getBytes(StandardCharsets.UTF_8);
        for (byte[] bytes : bad) {
            byte[] body = new byte[head.length + bytes.length + 2];
            System.arraycopy(head, 0, body, 0, head.length);
            System.arraycopy(bytes, 0, body, head.length, bytes.length);
            body[body.length - 2] = '"';
            body[body.length - 1] = '}';
            HttpResponse<String> response = http.post(COMPLETIONS, body, "application/json");
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(Http.error(response).get("message").stringValue()).contains("not valid UTF-8 at byte 11");
        }
    }

    @Test
    void refusesBodiesOverTheLimit() {
        HttpResponse<String> response =
                http.post(COMPLETIONS, "{\"prompt\":\"" + "x".repeat(TestServer.MAX_BODY_BYTES) + "\"}");
        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(Http.error(response).get("message").stringValue()).contains("limit of 200000 bytes");
    }

    @Test
    void largeBodiesWithinTheLimitAreReadElsewhere() {
        HttpResponse<String> response = http.post(COMPLETIONS, "{\"prompt\":\"" + "x".repeat(100_000) + "\"}");
        check(response, 400, "prompt", "prompt has 100001 tokens");
    }

    @Test
    void wrongTypeMethodAndPathHaveTheSameKindOfBody() {
        HttpResponse<String> type = http.post(COMPLETIONS, "x".getBytes(StandardCharsets.UTF_8), "text/plain");
        assertThat(type.statusCode()).isEqualTo(415);
        assertThat(Http.error(type).get("message").stringValue()).contains("application/json");
        HttpResponse<String> method = http.get(COMPLETIONS);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("allow")).contains("POST");
        assertThat(Http.error(method).get("message").stringValue()).contains("GET '/v1/completions'");
        HttpResponse<String> path = http.get("/v1/nothing");
        assertThat(path.statusCode()).isEqualTo(404);
        assertThat(Http.error(path).get("code").stringValue()).isEqualTo("not_found");
        assertThat(path.headers().firstValue("x-request-id")).isPresent();
    }

    @Test
    void anUnknownModelIsNotFound() {
        HttpResponse<String> response = http.post(COMPLETIONS, "{\"prompt\":\"x\",\"model\":\"gpt-9\"}");
        JsonNode error = check(response, 404, "model", "'gpt-9' does not exist");
        assertThat(error.get("code").stringValue()).isEqualTo("model_not_found");
    }

    private static JsonNode check(HttpResponse<String> response, int status, String param, String says) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonNode error = Http.error(response);
        assertThat(error.get("param").asString(null)).as(response.body()).isEqualTo(param);
        assertThat(error.get("message").stringValue()).contains(says);
        assertThat(error.get("type").stringValue()).isEqualTo("invalid_request_error");
        return error;
    }
}
