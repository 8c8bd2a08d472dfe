package dev.javelin.api.openai;

import dev.javelin.api.JsonFields;
import dev.javelin.api.JsonValues;
import dev.javelin.api.RequestIdFilter;
import dev.javelin.api.openai.Call.Streaming;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.StopCriteria;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the fields that both endpoints have. Stateless. */
final class CallReader {
    private static final int MAX_SALT_CHARS = 256;

    private CallReader() {}

    /**
     * Reads a call.
     *
     * @param fields of the body
     * @param maxTokens already read, as its name differs
     * @param answerTopCount alternatives a token of the answer, or null
     * @param scorePrompt alternatives a token of the prompt that the dialect asks for besides {@code prompt_logprobs},
     *     or null
     */
    static Call read(
            JsonFields fields,
            @Nullable Integer maxTokens,
            @Nullable Integer answerTopCount,
            @Nullable Integer scorePrompt) {
        Streaming streaming = streaming(fields);
        Integer promptLogprobs = fields.tryInteger("prompt_logprobs");
        if (promptLogprobs != null && streaming != null) {
            throw JsonValues.invalid("prompt_logprobs", "prompt_logprobs cannot be given in a stream");
        }
        checkPositive("max_tokens", maxTokens);
        return new Call(
                requestId(fields),
                sampling(fields),
                new StopCriteria(
                        maxTokens,
                        fields.integer("min_tokens", 0),
                        fields.stringOrStrings("stop"),
                        fields.integers("stop_token_ids"),
                        fields.bool("ignore_eos", false),
                        fields.bool("include_stop_str_in_output", false)),
                new LogprobOptions(answerTopCount, larger(promptLogprobs, scorePrompt)),
                fields.integer("n", 1),
                fields.integer("priority", 0),
                cacheSalt(fields),
                streaming,
                fields.bool("return_token_ids", false),
                promptLogprobs != null);
    }

    /** Refuses a limit below 1 under the name that the client used. */
    static void checkPositive(String field, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw JsonValues.invalid(field, field + " is " + value + ", it must be at least 1");
        }
    }

    private static @Nullable Integer larger(@Nullable Integer a, @Nullable Integer b) {
        return a == null ? b : b == null ? a : Integer.valueOf(Math.max(a, b));
    }

    private static @Nullable Streaming streaming(JsonFields fields) {
        boolean stream = fields.bool("stream", false);
        JsonFields options = fields.tryObject("stream_options");
        if (options != null) {
            Fields.STREAM_OPTIONS.check(options);
            if (!stream) {
                throw JsonValues.invalid("stream_options", "stream_options can only be given when stream is true");
            }
        }
        if (!stream) {
            return null;
        }
        return options == null
                ? new Streaming(false, false)
                : new Streaming(options.bool("include_usage", false), options.bool("continuous_usage_stats", false));
    }

    private static SamplingParams sampling(JsonFields fields) {
        int topK = fields.integer("top_k", 0);
        return new SamplingParams(
                fields.number("temperature", 1),
                topK == -1 ? 0 : topK,
                fields.number("top_p", 1),
                fields.number("min_p", 0),
                fields.number("repetition_penalty", 1),
                fields.number("presence_penalty", 0),
                fields.number("frequency_penalty", 0),
                logitBias(fields),
                fields.tryLong("seed"));
    }

    private static Map<Integer, Float> logitBias(JsonFields fields) {
        Map<Integer, Float> bias = new LinkedHashMap<>();
        JsonFields entries = fields.tryObject("logit_bias");
        if (entries != null) {
            for (String name : entries.names()) {
                bias.put(tokenId(name), (float) entries.number(name, 0));
            }
        }
        return bias;
    }

    private static int tokenId(String name) {
        try {
            return Integer.parseInt(name);
        } catch (NumberFormatException e) {
            throw JsonValues.invalid(
                    "logit_bias", "logit_bias has the key " + JsonValues.quoted(name) + ", expected a token id");
        }
    }

    private static String cacheSalt(JsonFields fields) {
        String salt = fields.tryString("cache_salt");
        if (salt != null && (salt.isEmpty() || salt.length() > MAX_SALT_CHARS)) {
            throw JsonValues.invalid(
                    "cache_salt",
                    "cache_salt has " + salt.length() + " characters, it must have from 1 to " + MAX_SALT_CHARS);
        }
        return salt == null ? "" : salt;
    }

    private static @Nullable String requestId(JsonFields fields) {
        String id = fields.tryString("request_id");
        if (id != null && !RequestIdFilter.isUsable(id)) {
            throw JsonValues.invalid(
                    "request_id", "request_id must have 1 to 128 of the characters A-Z, a-z, 0-9 and ._:-");
        }
        return id;
    }
}
