package dev.javelin.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The wire forms of {@code /v1/chat/completions}; names are in snake case on the wire. All are immutable. */
final class ChatWire {
    private ChatWire() {}

    /**
     * A whole answer.
     *
     * @param id {@code chatcmpl-...}
     * @param object {@code chat.completion}
     * @param created seconds since 1970
     * @param model the served name
     * @param systemFingerprint of the server
     * @param choices the answers by index
     * @param usage what it cost
     * @param promptLogprobs vLLM's, one entry a prompt token, the first null; left out where not asked for
     * @param promptTokenIds the prompt as the model saw it; left out where not asked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Completion(
            String id,
            String object,
            long created,
            String model,
            String systemFingerprint,
            List<Choice> choices,
            UsageBody usage,
            @Nullable List<@Nullable Map<String, PromptLogprob>> promptLogprobs,
            int @Nullable [] promptTokenIds) {}

    /**
     * One answer.
     *
     * @param index from 0
     * @param message the text
     * @param logprobs null where not asked for
     * @param finishReason {@code stop} or {@code length}
     * @param stopReason the stop string or the stop token's id that ended it, else null
     * @param tokenIds the answer's tokens; left out where not asked for
     */
    record Choice(
            int index,
            Message message,
            @Nullable Logprobs logprobs,
            String finishReason,
            @Nullable Object stopReason,
            @JsonInclude(JsonInclude.Include.NON_NULL) int @Nullable [] tokenIds) {}

    /**
     * An answer's text.
     *
     * @param role {@code assistant}
     * @param content the text
     * @param refusal always null
     */
    record Message(String role, String content, @Nullable String refusal) {}

    /**
     * One event of a stream.
     *
     * @param id {@code chatcmpl-...}
     * @param object {@code chat.completion.chunk}
     * @param created seconds since 1970
     * @param model the served name
     * @param systemFingerprint of the server
     * @param choices at most one; none in the chunk that carries the usage
     * @param usage where asked for
     * @param promptTokenIds the prompt, in a stream's first chunk, where asked for
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Chunk(
            String id,
            String object,
            long created,
            String model,
            String systemFingerprint,
            List<ChunkChoice> choices,
            @Nullable UsageBody usage,
            int @Nullable [] promptTokenIds) {}

    /**
     * News of one answer.
     *
     * @param index from 0
     * @param delta more text
     * @param logprobs of the new tokens, null where not asked for
     * @param finishReason null while it runs
     * @param stopReason the stop string or the stop token's id that ended it; left out while it runs
     * @param tokenIds the new tokens; left out where not asked for
     */
    record ChunkChoice(
            int index,
            Delta delta,
            @Nullable Logprobs logprobs,
            @Nullable String finishReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Object stopReason,

            @JsonInclude(JsonInclude.Include.NON_NULL) int @Nullable [] tokenIds) {}

    /**
     * More text.
     *
     * @param role in an answer's first chunk
     * @param content left out in the chunk that ends an answer
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Delta(@Nullable String role, @Nullable String content) {}

    /**
     * Log-probabilities of an answer's tokens.
     *
     * @param content one entry a token
     * @param refusal always null
     */
    record Logprobs(List<TokenLogprob> content, @Nullable Object refusal) {}

    /**
     * One token.
     *
     * @param token its text, with U+FFFD where it is half a character
     * @param logprob natural logarithm
     * @param bytes its UTF-8 bytes, 0 to 255
     * @param topLogprobs the likeliest tokens at its place, likeliest first
     */
    record TokenLogprob(String token, double logprob, int[] bytes, List<TopLogprob> topLogprobs) {}

    /**
     * One alternative.
     *
     * @param token its text
     * @param logprob natural logarithm
     * @param bytes its UTF-8 bytes, 0 to 255
     */
    record TopLogprob(String token, double logprob, int[] bytes) {}

    /**
     * One token at a prompt's place, in vLLM's form.
     *
     * @param logprob natural logarithm
     * @param rank 1 for the likeliest; left out where it is not among those asked for
     * @param decodedToken its text
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record PromptLogprob(double logprob, @Nullable Integer rank, String decodedToken) {}
}
