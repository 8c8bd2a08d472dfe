package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The reference Java client understands every answer; the server's URL and model come from {@link ClientTarget}. */
class OpenAiJavaClientTest {
    private static @Nullable ClientTarget target;
    private static OpenAIClient client =
            OpenAIOkHttpClient.builder().apiKey("none").build();
    private static String model = "";

    @BeforeAll
    static void connect() {
        ClientTarget opened = ClientTarget.open();
        target = opened;
        model = opened.model();
        client = OpenAIOkHttpClient.builder()
                .baseUrl(opened.baseUrl() + "/v1")
                .apiKey("none")
                .maxRetries(0)
                .build();
    }

    @AfterAll
    static void disconnect() {
        client.close();
        if (target != null) {
            target.close();
        }
    }

    private static ChatCompletionCreateParams.Builder chat() {
        return ChatCompletionCreateParams.builder()
                .model(model)
                .addSystemMessage("You are brief.")
                .addUserMessage("say hello, wörld")
                .temperature(0)
                .maxCompletionTokens(40);
    }

    @Test
    void streamedTextEqualsWholeText() {
        ChatCompletion whole = client.chat().completions().create(chat().build());
        String text = whole.choices().getFirst().message().content().orElseThrow();
        assertThat(text).isNotEmpty();
        assertThat(whole.usage().orElseThrow().completionTokens()).isBetween(1L, 40L);

        StringBuilder streamed = new StringBuilder();
        long usageChunks = 0;
        String finish = "";
        ChatCompletionCreateParams params = chat().streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> chunks =
                client.chat().completions().createStreaming(params)) {
            for (ChatCompletionChunk chunk : chunks.stream().toList()) {
                usageChunks += chunk.usage().isPresent() ? 1 : 0;
                for (ChatCompletionChunk.Choice choice : chunk.choices()) {
                    choice.delta().content().ifPresent(streamed::append);
                    finish = choice.finishReason().map(Object::toString).orElse(finish);
                }
            }
        }
        assertThat(streamed.toString()).isEqualTo(text);
        assertThat(usageChunks).isEqualTo(1);
        assertThat(finish).isEqualTo(whole.choices().getFirst().finishReason().toString());
    }

    @Test
    void logprobsAreUnderstood() {
        ChatCompletion answer = client.chat()
                .completions()
                .create(chat().logprobs(true).topLogprobs(2).build());
        var tokens =
                answer.choices().getFirst().logprobs().orElseThrow().content().orElseThrow();
        assertThat(tokens).hasSize((int) answer.usage().orElseThrow().completionTokens());
        assertThat(tokens).allSatisfy(t -> {
            assertThat(t.logprob()).isLessThanOrEqualTo(0);
            assertThat(t.topLogprobs()).hasSize(2);
        });
    }

    @Test
    void completionsAreUnderstood() {
        Completion answer = client.completions()
                .create(CompletionCreateParams.builder()
                        .model(model)
                        .promptOfArrayOfStrings(List.of("say one", "say two"))
                        .temperature(0)
                        .maxTokens(8)
                        .build());
        assertThat(answer.choices()).hasSize(2);
        assertThat(answer.choices()).allSatisfy(c -> assertThat(c.text()).isNotEmpty());
    }

    @Test
    void modelsAreUnderstood() {
        assertThat(client.models().list().data())
                .anySatisfy(m -> assertThat(m.id()).isEqualTo(model));
    }

    @Test
    void errorsBecomeTheClientsOwn() {
        assertThatThrownBy(() ->
                        client.chat().completions().create(chat().temperature(9).build()))
                .isInstanceOfSatisfying(BadRequestException.class, e -> {
                    assertThat(e.param()).contains("temperature");
                    assertThat(e.type()).contains("invalid_request_error");
                });
        assertThatThrownBy(() -> client.chat()
                        .completions()
                        .create(chat().model("nothing").build()))
                .isInstanceOfSatisfying(
                        NotFoundException.class, e -> assertThat(e.code()).contains("model_not_found"));
    }
}
