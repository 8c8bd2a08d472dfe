package dev.javelin.tokenizer.huggingface;

import dev.javelin.model.checkpoint.JsonKeys;
import dev.javelin.tokenizer.Vocabulary;
import dev.javelin.tokenizer.pipeline.AddedToken;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * What {@code tokenizer_config.json} adds to the tokens of {@code tokenizer.json}, as transformers adds it: every entry
 * of {@code added_tokens_decoder} has its flags, a text that the vocabulary knows keeps its id, one that it does not
 * know gets the next; and tokens with a role are found in a text even if they are in the vocabulary alone. Confined to
 * one thread; used once.
 */
final class ConfigTokens {
    private static final List<String> ROLES =
            List.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token");

    private final Map<String, AddedToken> byContent = new LinkedHashMap<>();
    private final JsonNode vocabulary;
    private final JsonKeys config;
    private int nextId;

    private ConfigTokens(List<AddedToken> added, JsonNode vocabulary, JsonKeys config) {
        added.forEach(token -> byContent.put(token.content(), token));
        this.vocabulary = vocabulary;
        this.config = config;
        vocabulary.forEach(id -> nextId = Math.max(nextId, id.asInt(0) + 1));
        added.forEach(token -> nextId = Math.max(nextId, token.id() + 1));
    }

    /**
     * All added tokens.
     *
     * @param added those of {@code tokenizer.json}
     * @param vocabulary {@code model.vocab}: id by text
     * @param tokenizerConfig a missing node where there is no such file
     */
    static List<AddedToken> merged(List<AddedToken> added, JsonNode vocabulary, JsonNode tokenizerConfig) {
        if (tokenizerConfig.isMissingNode()) {
            return added;
        }
        ConfigTokens tokens =
                new ConfigTokens(added, vocabulary, JsonKeys.of("tokenizer_config.json", tokenizerConfig));
        tokens.config.findObject("added_tokens_decoder").ifPresent(tokens::addListed);
        ROLES.forEach(tokens::addRole);
        return List.copyOf(tokens.byContent.values());
    }

    private void addListed(JsonKeys listed) {
        SortedMap<Integer, String> keyOfId = new TreeMap<>();
        listed.keys().forEach(key -> keyOfId.put(declaredId(listed, key), key));
        for (String key : keyOfId.values()) {
            JsonKeys token = listed.findObject(key).orElseThrow(() -> listed.missing(key));
            String content = token.findString("content").orElseThrow(() -> token.missing("content"));
            OptionalInt known = knownId(content);
            if (known.isEmpty() && nextId >= Vocabulary.MAX_TOKENS) {
                throw token.corrupt("content", content, "the vocabulary has " + nextId + " tokens already");
            }
            put(token, content, known.isPresent() ? known.getAsInt() : nextId++, false);
        }
    }

    /** A string, or an object with flags; a text that the vocabulary does not know cannot have a meaning. */
    private void addRole(String role) {
        JsonNode value = config.json().path(role);
        if (value.isObject()) {
            JsonKeys token = new JsonKeys(config.source(), value, role);
            token.findString("content")
                    .filter(this::isOnlyInVocabulary)
                    .ifPresent(content ->
                            put(token, content, vocabulary.path(content).intValue(), true));
        } else if (value.isString() && isOnlyInVocabulary(value.stringValue())) {
            String content = value.stringValue();
            byContent.put(content, AddedToken.plain(vocabulary.path(content).intValue(), content, true));
        }
    }

    private boolean isOnlyInVocabulary(String content) {
        return !byContent.containsKey(content) && vocabulary.path(content).canConvertToInt();
    }

    private void put(JsonKeys token, String content, int id, boolean isRole) {
        boolean special = isRole || token.findBoolean("special").orElse(false);
        byContent.put(
                content,
                new AddedToken(
                        id,
                        content,
                        special,
                        token.findBoolean("normalized").orElse(!special),
                        token.findBoolean("single_word").orElse(false),
                        token.findBoolean("lstrip").orElse(false),
                        token.findBoolean("rstrip").orElse(false)));
    }

    private OptionalInt knownId(String content) {
        AddedToken added = byContent.get(content);
        if (added != null) {
            return OptionalInt.of(added.id());
        }
        JsonNode id = vocabulary.path(content);
        return id.canConvertToInt() ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
    }

    private static int declaredId(JsonKeys listed, String key) {
        try {
            return Integer.parseInt(key);
        } catch (NumberFormatException e) {
            throw listed.corrupt(key, listed.json().path(key), "its key must be an id");
        }
    }
}
