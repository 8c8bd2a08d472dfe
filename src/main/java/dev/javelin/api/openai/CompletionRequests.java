package dev.javelin.api.openai;

import dev.javelin.api.JsonFields;
import dev.javelin.api.JsonValues;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.Prompt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads {@code POST /v1/completions}. Stateless. */
final class CompletionRequests {
    /** Most prompts of a request. */
    static final int MAX_PROMPTS = 128;
    /** OpenAI's own default. */
    private static final int DEFAULT_MAX_TOKENS = 16;

    private static final String EXPECTED =
            "a string, an array of strings, an array of token ids or an array of arrays of token ids";

    private CompletionRequests() {}

    /**
     * A completion request.
     *
     * @param call all but the prompts
     * @param prompts each gets its own answers
     * @param echo whether the answer begins with the prompt
     */
    record Completion(Call call, List<Prompt> prompts, boolean echo) {}

    /**
     * Reads a request whose fields passed their policy.
     *
     * @throws JavelinException INVALID_REQUEST that names the field
     */
    static Completion read(JsonFields fields) {
        Integer logprobs = logprobs(fields);
        boolean echo = fields.bool("echo", false);
        int maxTokens = fields.integer("max_tokens", DEFAULT_MAX_TOKENS);
        Call call = CallReader.read(fields, maxTokens, logprobs, echo ? logprobs : null);
        return new Completion(call, prompts(fields), echo);
    }

    private static @Nullable Integer logprobs(JsonFields fields) {
        Integer count = fields.tryInteger("logprobs");
        if (count != null && (count < 0 || count > LogprobOptions.MAX_TOP_COUNT)) {
            throw JsonValues.invalid(
                    "logprobs", "logprobs is " + count + ", it must be from 0 to " + LogprobOptions.MAX_TOP_COUNT);
        }
        return count;
    }

    private static List<Prompt> prompts(JsonFields fields) {
        boolean special = fields.bool("add_special_tokens", true);
        JsonNode prompt = fields.tryNode("prompt");
        if (prompt == null) {
            throw fields.missing("prompt", EXPECTED);
        }
        if (prompt.isString()) {
            return List.of(text(prompt, "prompt", special));
        }
        if (!prompt.isArray()) {
            throw JsonValues.wrongType(prompt, "prompt", EXPECTED);
        }
        if (prompt.isEmpty()) {
            throw JsonValues.invalid("prompt", "prompt is empty, expected " + EXPECTED);
        }
        return prompt.get(0).isNumber() ? List.of(tokens(prompt, "prompt")) : several(prompt, special);
    }

    private static List<Prompt> several(JsonNode array, boolean special) {
        if (array.size() > MAX_PROMPTS) {
            throw JsonValues.invalid("prompt", "prompt has " + array.size() + " prompts, the limit is " + MAX_PROMPTS);
        }
        List<Prompt> prompts = new ArrayList<>();
        for (JsonNode element : array.values()) {
            String path = "prompt[" + prompts.size() + "]";
            prompts.add(element.isArray() ? tokens(element, path) : text(element, path, special));
        }
        return prompts;
    }

    private static Prompt text(JsonNode node, String path, boolean special) {
        String text = JsonValues.string(node, path);
        if (text.isEmpty()) {
            throw JsonValues.invalid(path, path + " is empty");
        }
        return new Prompt.Text(text, special);
    }

    private static Prompt tokens(JsonNode array, String path) {
        if (array.isEmpty()) {
            throw JsonValues.invalid(path, path + " is empty");
        }
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = JsonValues.integer(array.get(i), path + "[" + i + "]");
        }
        return new Prompt.Tokens(ids);
    }
}
