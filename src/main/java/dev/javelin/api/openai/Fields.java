package dev.javelin.api.openai;

import dev.javelin.api.FieldPolicy;
import java.util.LinkedHashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What happens to each field of this dialect's requests. Stateless. */
public final class Fields {
    private static final Set<String> BOTH = Set.of(
            "model",
            "stream",
            "stream_options",
            "max_tokens",
            "temperature",
            "top_p",
            "n",
            "stop",
            "presence_penalty",
            "frequency_penalty",
            "logit_bias",
            "logprobs",
            "seed",
            "top_k",
            "min_p",
            "repetition_penalty",
            "min_tokens",
            "stop_token_ids",
            "ignore_eos",
            "include_stop_str_in_output",
            "priority",
            "cache_salt",
            "return_token_ids",
            "prompt_logprobs",
            "request_id");
    private static final Set<String> NO_EFFECT = Set.of(
            "user",
            "store",
            "metadata",
            "service_tier",
            "safety_identifier",
            "prompt_cache_key",
            "prompt_cache_retention",
            "prediction",
            "parallel_tool_calls",
            "spaces_between_special_tokens");
    private static final String STRUCTURED = "structured output is not built yet";

    /** {@code POST /v1/chat/completions}. */
    public static final FieldPolicy CHAT = both(
                    "messages",
                    "max_completion_tokens",
                    "top_logprobs",
                    "add_generation_prompt",
                    "chat_template_kwargs",
                    "reasoning_effort",
                    "tools",
                    "tool_choice")
            .refusing("add_special_tokens", "a chat template names its special tokens itself", Fields::isFalse)
            .refusing("continue_final_message", "an assistant's turn cannot be continued", Fields::isFalse)
            .refusing("echo", "it belongs to /v1/completions", Fields::isFalse)
            .refusing("modalities", "this server makes text only", Fields::isTextOnly)
            .refusing("this server runs no custom templates", "chat_template")
            .refusing("tool calls are not built yet", "functions", "function_call")
            .refusing("this server makes text only", "audio", "mm_processor_kwargs", "media_io_kwargs")
            .refusing("this server does not search", "web_search_options", "documents");

    /** {@code POST /v1/completions}. */
    public static final FieldPolicy COMPLETIONS = both("prompt", "echo", "add_special_tokens")
            .refusing("suffix", "text cannot be filled in between", node -> isString(node, ""))
            .refusing(
                    "best_of",
                    "each answer is given, none is chosen; use n",
                    node -> node.isInt() && node.intValue() == 1)
            .refusing("prompts are tokens, not embeddings", "prompt_embeds");

    /** {@code stream_options}. */
    public static final FieldPolicy STREAM_OPTIONS =
            FieldPolicy.of(Set.of("include_usage", "continuous_usage_stats"), Set.of("include_obfuscation"));

    /** One of {@code messages}. */
    public static final FieldPolicy MESSAGE = FieldPolicy.of(
                    Set.of("role", "content", "name", "tool_calls", "tool_call_id", "reasoning_content", "reasoning"),
                    Set.of("refusal", "annotations"))
            .refusing("tool calls go into tool_calls", "function_call")
            .refusing("this server takes text only", "audio");

    /** {@code POST /tokenize}. */
    public static final FieldPolicy TOKENIZE = FieldPolicy.of(
                    Set.of(
                            "model",
                            "prompt",
                            "messages",
                            "add_special_tokens",
                            "add_generation_prompt",
                            "return_token_strs",
                            "chat_template_kwargs"),
                    Set.of())
            .refusing("continue_final_message", "an assistant's turn cannot be continued", Fields::isFalse)
            .refusing("this server runs no custom templates", "chat_template")
            .refusing("tools", "tool calls are not built yet", node -> node.isArray() && node.isEmpty());

    /** {@code POST /detokenize}. */
    public static final FieldPolicy DETOKENIZE = FieldPolicy.of(Set.of("model", "tokens"), Set.of());

    private Fields() {}

    private static FieldPolicy both(String... more) {
        Set<String> applied = new LinkedHashSet<>(BOTH);
        applied.addAll(Set.of(more));
        return FieldPolicy.of(applied, NO_EFFECT)
                .refusing("response_format", STRUCTURED, node -> isString(node.path("type"), "text"))
                .refusing(
                        STRUCTURED,
                        "structured_outputs",
                        "guided_json",
                        "guided_regex",
                        "guided_choice",
                        "guided_grammar",
                        "structural_tag")
                .refusing("skip_special_tokens", "special tokens have no text", node -> node.asBoolean(false))
                .refusing("use_beam_search", "this server samples", Fields::isFalse)
                .refusing("length_penalty", "it belongs to beam search", node -> node.asDouble(0) == 1)
                .refusing("it is not built yet", "bad_words", "allowed_token_ids", "logits_processors")
                .refusing("a prompt is taken whole", "truncate_prompt_tokens")
                .refusing("this server transfers no caches", "kv_transfer_params");
    }

    private static boolean isFalse(JsonNode node) {
        return node.isBoolean() && !node.booleanValue();
    }

    private static boolean isString(JsonNode node, String value) {
        return node.isString() && node.stringValue().equals(value);
    }

    private static boolean isTextOnly(JsonNode node) {
        return node.isArray() && node.size() == 1 && isString(node.get(0), "text");
    }
}
