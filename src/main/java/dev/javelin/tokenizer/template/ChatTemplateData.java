package dev.javelin.tokenizer.template;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of a chat template, named and filled as transformers' {@code apply_chat_template} does. Confined to the
 * caller until {@link #toMap}; not thread-safe.
 *
 * <p>{@code messages}, {@code tools}, {@code documents} and {@code add_generation_prompt} are always defined, the
 * middle two as {@code None} where not given; special tokens and extra arguments only where given, and extra arguments
 * win over everything before them.
 */
public final class ChatTemplateData {
    private final Map<String, @Nullable Object> names = new LinkedHashMap<>();
    private final Map<String, @Nullable Object> extra = new LinkedHashMap<>();

    /**
     * Starts with a conversation.
     *
     * @param messages JSON-like maps with {@code role} and {@code content}
     */
    public ChatTemplateData(List<? extends @Nullable Object> messages) {
        names.put("messages", messages);
        names.put("tools", null);
        names.put("documents", null);
        names.put("add_generation_prompt", false);
    }

    /** Tool schemas, JSON-like; an empty list counts as given, null as not given. */
    public ChatTemplateData tools(@Nullable List<? extends @Nullable Object> tools) {
        names.put("tools", tools);
        return this;
    }

    /** Documents for retrieval templates, JSON-like. */
    public ChatTemplateData documents(@Nullable List<? extends @Nullable Object> documents) {
        names.put("documents", documents);
        return this;
    }

    /** Whether the text ends where the assistant's answer starts. */
    public ChatTemplateData addGenerationPrompt(boolean add) {
        names.put("add_generation_prompt", add);
        return this;
    }

    /**
     * A special token's text.
     *
     * @param name the tokenizer's name for it, e.g. {@code bos_token}
     * @param text null if the tokenizer has none: then the name stays undefined
     */
    public ChatTemplateData specialToken(String name, @Nullable String text) {
        if (text != null) {
            names.put(name, text);
        }
        return this;
    }

    /** Arguments of the request's own, e.g. {@code enable_thinking}. */
    public ChatTemplateData extra(Map<String, ? extends @Nullable Object> arguments) {
        extra.putAll(arguments);
        return this;
    }

    /** What {@link ChatTemplate#render} takes. */
    public Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(names);
        all.putAll(extra);
        return all;
    }
}
