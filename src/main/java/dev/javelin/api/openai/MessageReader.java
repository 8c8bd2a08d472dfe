package dev.javelin.api.openai;

import dev.javelin.api.JsonFields;
import dev.javelin.api.JsonValues;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads {@code messages} into what chat templates see. Thread-safe. */
final class MessageReader {
    private static final int MAX_MESSAGES = 10_000;
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private final JsonMapper mapper = JsonMapper.shared();

    /**
     * Reads the conversation.
     *
     * @throws JavelinException INVALID_REQUEST or UNSUPPORTED_FIELD that names the path, e.g. {@code messages[2].role}
     */
    List<Map<String, Object>> read(JsonFields fields) {
        List<JsonFields> messages = fields.objects("messages");
        if (fields.tryNode("messages") == null) {
            throw fields.missing("messages", "an array of messages");
        }
        if (messages.isEmpty() || messages.size() > MAX_MESSAGES) {
            throw JsonValues.invalid(
                    "messages", "messages has " + messages.size() + " entries, it must have from 1 to " + MAX_MESSAGES);
        }
        List<Map<String, Object>> read = new ArrayList<>();
        for (JsonFields message : messages) {
            read.add(message(message));
        }
        return read;
    }

    private Map<String, Object> message(JsonFields message) {
        Fields.MESSAGE.check(message);
        Map<String, Object> read = new LinkedHashMap<>();
        String role = role(message);
        // Templates know the older name; the two mean the same to a model that was trained on either.
        read.put("role", role.equals("developer") ? "system" : role);
        List<JsonFields> calls = message.objects("tool_calls");
        if (message.tryNode("content") == null && calls.isEmpty()) {
            throw message.missing("content", "a string or an array of text parts");
        }
        read.put("content", content(message));
        for (String name : List.of("name", "tool_call_id", "reasoning_content", "reasoning")) {
            String value = message.tryString(name);
            if (value != null) {
                read.put(name, value);
            }
        }
        if (!calls.isEmpty()) {
            read.put("tool_calls", calls.stream().map(this::toolCall).toList());
        }
        return read;
    }

    private static String role(JsonFields message) {
        String role = message.tryString("role");
        if (role == null) {
            throw message.missing("role", "one of system, developer, user, assistant, tool");
        }
        if (!ROLES.contains(role)) {
            throw JsonValues.invalid(
                    message.path("role"),
                    message.path("role") + " is " + JsonValues.quoted(role)
                            + ", expected system, developer, user, assistant or tool");
        }
        return role;
    }

    /** A string as it stands, text parts joined by line ends, nothing as an empty string. */
    private static String content(JsonFields message) {
        JsonNode content = message.tryNode("content");
        if (content == null) {
            return "";
        }
        String path = message.path("content");
        if (content.isString()) {
            return JsonValues.string(content, path);
        }
        if (!content.isArray()) {
            throw JsonValues.wrongType(content, path, "a string or an array of text parts");
        }
        List<String> texts = new ArrayList<>();
        for (JsonFields part : message.objects("content")) {
            texts.add(part(part));
        }
        if (texts.isEmpty()) {
            throw JsonValues.invalid(path, path + " has no parts");
        }
        return String.join("\n", texts);
    }

    private static String part(JsonFields part) {
        String type = part.tryString("type");
        if (type == null) {
            throw part.missing("type", "text");
        }
        String field = type.equals("refusal") ? "refusal" : "text";
        if (!type.equals(field)) {
            throw JavelinException.ofField(
                    ErrorCode.UNSUPPORTED_FIELD,
                    part.path("type"),
                    part.path("type") + " " + JsonValues.quoted(type)
                            + " is not supported: this server takes text only");
        }
        String text = part.tryString(field);
        if (text == null) {
            throw part.missing(field, "a string");
        }
        return text;
    }

    /** Templates want arguments as an object, clients send them as a string of JSON. */
    private Map<String, Object> toolCall(JsonFields call) {
        JsonFields function = call.tryObject("function");
        if (function == null) {
            throw call.missing("function", "an object");
        }
        String name = function.tryString("name");
        if (name == null) {
            throw function.missing("name", "a string");
        }
        Map<String, Object> readFunction = new LinkedHashMap<>();
        readFunction.put("name", name);
        readFunction.put("arguments", arguments(function));
        Map<String, Object> read = new LinkedHashMap<>();
        String id = call.tryString("id");
        if (id != null) {
            read.put("id", id);
        }
        read.put("type", "function");
        read.put("function", readFunction);
        return read;
    }

    private Object arguments(JsonFields function) {
        JsonNode node = function.tryNode("arguments");
        String path = function.path("arguments");
        if (node == null) {
            return Map.of();
        }
        JsonNode parsed = node.isString() ? parse(JsonValues.string(node, path), path) : node;
        if (!parsed.isObject()) {
            throw JsonValues.wrongType(node, path, "a JSON object, or a string that holds one");
        }
        return JsonValues.plain(parsed, path);
    }

    private JsonNode parse(String text, String path) {
        try {
            return mapper.readTree(text.isBlank() ? "{}" : text);
        } catch (JacksonException e) {
            throw JsonValues.invalid(path, path + " is no JSON, expected a string that holds a JSON object");
        }
    }
}
