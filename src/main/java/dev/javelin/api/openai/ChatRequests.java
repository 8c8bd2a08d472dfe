package dev.javelin.api.openai;

import dev.javelin.api.JsonFields;
import dev.javelin.api.JsonValues;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.Prompt;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads {@code POST /v1/chat/completions}. Thread-safe. */
final class ChatRequests {
    private static final Set<String> RESERVED_ARGUMENTS =
            Set.of("messages", "tools", "add_generation_prompt", "bos_token", "eos_token");

    private final MessageReader messages = new MessageReader();

    /**
     * A chat request.
     *
     * @param call all but the prompt
     * @param prompt the conversation
     */
    record Chat(Call call, Prompt.Chat prompt) {}

    /**
     * Reads a request whose fields passed their policy.
     *
     * @throws JavelinException INVALID_REQUEST or UNSUPPORTED_FIELD that names the field
     */
    Chat read(JsonFields fields) {
        checkTools(fields);
        return new Chat(CallReader.read(fields, maxTokens(fields), topLogprobs(fields), null), prompt(fields));
    }

    /** The conversation alone, as {@code /tokenize} takes it too. */
    Prompt.Chat prompt(JsonFields fields) {
        return new Prompt.Chat(
                messages.read(fields),
                List.of(),
                fields.bool("add_generation_prompt", true),
                templateArguments(fields));
    }

    private static @Nullable Integer maxTokens(JsonFields fields) {
        Integer newer = fields.tryInteger("max_completion_tokens");
        CallReader.checkPositive("max_completion_tokens", newer);
        Integer older = fields.tryInteger("max_tokens");
        return newer != null ? newer : older;
    }

    private static @Nullable Integer topLogprobs(JsonFields fields) {
        boolean asked = fields.bool("logprobs", false);
        Integer top = fields.tryInteger("top_logprobs");
        if (top != null && top != 0 && !asked) {
            throw JsonValues.invalid("top_logprobs", "top_logprobs is " + top + ", it needs logprobs to be true");
        }
        if (top != null && (top < 0 || top > LogprobOptions.MAX_TOP_COUNT)) {
            throw JsonValues.invalid(
                    "top_logprobs",
                    "top_logprobs is " + top + ", it must be from 0 to " + LogprobOptions.MAX_TOP_COUNT);
        }
        return asked ? Integer.valueOf(top == null ? 0 : top) : null;
    }

    private static void checkTools(JsonFields fields) {
        JsonNode choice = fields.tryNode("tool_choice");
        boolean none =
                choice != null && choice.isString() && choice.stringValue().equals("none");
        boolean auto =
                choice == null || (choice.isString() && choice.stringValue().equals("auto"));
        if (!none && !fields.array("tools").isEmpty()) {
            throw unsupported("tools");
        }
        if (!none && !auto) {
            throw unsupported("tool_choice");
        }
    }

    private static JavelinException unsupported(String field) {
        return JavelinException.ofField(
                ErrorCode.UNSUPPORTED_FIELD,
                field,
                field + " is not supported: tool calls are not built yet; tool_choice none is accepted");
    }

    private static Map<String, Object> templateArguments(JsonFields fields) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        JsonFields given = fields.tryObject("chat_template_kwargs");
        if (given != null) {
            given.names().forEach(name -> putArgument(arguments, given, name));
        }
        String effort = fields.tryString("reasoning_effort");
        if (effort != null) {
            arguments.put("reasoning_effort", effort);
        }
        return arguments;
    }

    private static void putArgument(Map<String, Object> arguments, JsonFields given, String name) {
        if (RESERVED_ARGUMENTS.contains(name)) {
            throw JsonValues.invalid(given.path(name), given.path(name) + " is set by the server");
        }
        JsonNode value = given.tryNode(name);
        if (value != null) {
            arguments.put(name, JsonValues.plain(value, given.path(name)));
        }
    }
}
