package dev.javelin.tokenizer.huggingface;

import dev.javelin.model.checkpoint.JsonFiles;
import dev.javelin.tokenizer.EndTexts;
import dev.javelin.tokenizer.SpecialTokens;
import dev.javelin.tokenizer.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Finds the ids with a role in the files beside {@code tokenizer.json}. Immutable.
 *
 * @param tokenizerConfig {@code tokenizer_config.json}: names tokens by text; a missing node where it is absent
 * @param generationConfig {@code generation_config.json} or {@code config.json}: names end tokens by id; a missing node
 *     where both are absent
 */
record RoleReader(JsonNode tokenizerConfig, JsonNode generationConfig) {
    private static final JsonNode ABSENT = MissingNode.getInstance();
    private static final long LIMIT_BYTES = 64 << 20;
    static final RoleReader NONE = new RoleReader(ABSENT, ABSENT);

    /**
     * The files of a model's folder. Without {@code generation_config.json}, {@code config.json} has the end tokens, as
     * in transformers.
     */
    static RoleReader ofFolder(Path folder) {
        JsonNode generation = readIfPresent(folder.resolve("generation_config.json"));
        return new RoleReader(
                readIfPresent(folder.resolve("tokenizer_config.json")),
                generation.isMissingNode() ? readIfPresent(folder.resolve("config.json")) : generation);
    }

    private static JsonNode readIfPresent(Path file) {
        return Files.exists(file) ? JsonFiles.read(file, LIMIT_BYTES) : ABSENT;
    }

    SpecialTokens read(Vocabulary vocabulary) {
        OptionalInt eosId = id("eos_token", vocabulary);
        Set<Integer> ends = new HashSet<>();
        eosId.ifPresent(ends::add);
        addEnds(generationConfig.path("eos_token_id"), vocabulary, ends);
        for (String text : EndTexts.ALL) {
            OptionalInt id = vocabulary.id(text);
            if (id.isPresent() && vocabulary.type(id.getAsInt()).isSpecial()) {
                ends.add(id.getAsInt());
            }
        }
        return new SpecialTokens(
                id("bos_token", vocabulary), eosId, id("unk_token", vocabulary), id("pad_token", vocabulary), ends);
    }

    /** A token by its text, written as a string or as an object with {@code content}. */
    private OptionalInt id(String key, Vocabulary vocabulary) {
        JsonNode value = tokenizerConfig.path(key);
        JsonNode text = value.isObject() ? value.path("content") : value;
        return text.isString() ? vocabulary.id(text.stringValue()) : OptionalInt.empty();
    }

    /** One id or a list of them; ids outside the vocabulary can never be sampled and are left out. */
    private static void addEnds(JsonNode value, Vocabulary vocabulary, Set<Integer> ends) {
        if (value.isArray()) {
            value.forEach(element -> addEnds(element, vocabulary, ends));
        } else if (value.canConvertToInt() && value.intValue() >= 0 && value.intValue() < vocabulary.sizeTokens()) {
            ends.add(value.intValue());
        }
    }
}
