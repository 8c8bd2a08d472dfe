package dev.javelin.api.openai;

import dev.javelin.api.JsonFields;
import dev.javelin.api.JsonResponse;
import dev.javelin.api.JsonValues;
import dev.javelin.api.openai.TokenizeWire.Text;
import dev.javelin.api.openai.TokenizeWire.Tokens;
import dev.javelin.generation.Prompt;
import dev.javelin.output.TextModel;
import dev.javelin.tokenizer.DecodeOptions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code POST /tokenize} and {@code /detokenize} in vLLM's forms. Thread-safe. */
final class TokenizeHandler {
    private final OpenAiServices services;
    private final RequestIntake intake;
    private final ChatRequests chats;

    TokenizeHandler(OpenAiServices services, RequestIntake intake, ChatRequests chats) {
        this.services = services;
        this.intake = intake;
        this.chats = chats;
    }

    /**
     * What to encode.
     *
     * @param prompt text or conversation
     * @param withTexts whether the tokens' texts are given too
     */
    private record Encode(Prompt prompt, boolean withTexts) {}

    Mono<ServerResponse> tokenize(ServerRequest request) {
        return intake.read(request, Fields.TOKENIZE, this::encode).flatMap(encode -> respond(() -> tokens(encode)));
    }

    Mono<ServerResponse> detokenize(ServerRequest request) {
        return intake.read(request, Fields.DETOKENIZE, this::ids)
                .flatMap(ids ->
                        respond(() -> new Text(services.text().tokenizer().decode(ids, DecodeOptions.VERBATIM))));
    }

    private Mono<ServerResponse> respond(Callable<Object> work) {
        return services.offload()
                .run(Mono.fromCallable(work).map(services.writer()::json))
                .flatMap(json -> JsonResponse.of(HttpStatus.OK, json));
    }

    private Encode encode(JsonFields fields) {
        boolean withTexts = fields.bool("return_token_strs", false);
        String text = fields.tryString("prompt");
        if (text == null) {
            if (fields.bool("add_special_tokens", false)) {
                throw JsonValues.invalid(
                        "add_special_tokens",
                        "add_special_tokens cannot be true with messages: their template adds them");
            }
            return new Encode(chats.prompt(fields), withTexts);
        }
        if (fields.tryNode("messages") != null) {
            throw JsonValues.invalid("messages", "messages and prompt are both given, expected one of them");
        }
        return new Encode(new Prompt.Text(text, fields.bool("add_special_tokens", true)), withTexts);
    }

    private Tokens tokens(Encode encode) {
        TextModel text = services.text();
        int[] ids = text.prompts().encode(encode.prompt());
        List<String> texts = encode.withTexts()
                ? Arrays.stream(ids).mapToObj(text.tokenizer()::tokenText).toList()
                : null;
        return new Tokens(ids.length, text.contextTokens(), ids, texts);
    }

    private int[] ids(JsonFields fields) {
        if (fields.tryNode("tokens") == null) {
            throw fields.missing("tokens", "an array of token ids");
        }
        List<Integer> ids = fields.integers("tokens");
        int vocabularyTokens = services.text().tokenizer().vocabularySize();
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i) < 0 || ids.get(i) >= vocabularyTokens) {
                throw JsonValues.invalid(
                        "tokens[" + i + "]",
                        "tokens[" + i + "] is token id " + ids.get(i) + ", the vocabulary's ids are 0 to "
                                + (vocabularyTokens - 1));
            }
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
