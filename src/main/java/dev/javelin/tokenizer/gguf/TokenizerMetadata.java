package dev.javelin.tokenizer.gguf;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.GgufMetadata;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of what a GGUF file says about its tokenizer. Thread-safe if the map is not changed.
 *
 * <p>Tolerant of the representation: any {@link Number} is a number, a {@link List}, {@code Object[]} or primitive
 * array is an array. A value of a wrong kind is MODEL_CORRUPT, naming the key.
 *
 * @param values by key
 */
record TokenizerMetadata(Map<String, ?> values) {
    static final String PREFIX = "tokenizer.ggml.";

    private static final List<String> TEXT_KEYS = List.of("model", "pre");
    private static final List<String> FLAG_KEYS = List.of("add_bos_token", "add_eos_token", "add_space_prefix");
    private static final List<String> ID_KEYS = List.of(
            "bos_token_id", "eos_token_id", "eot_token_id", "eom_token_id", "unknown_token_id", "padding_token_id");

    /** The tokenizer's keys of a file. */
    static TokenizerMetadata of(GgufMetadata file) {
        Map<String, Object> values = new HashMap<>();
        TEXT_KEYS.forEach(key -> file.findString(PREFIX + key).ifPresent(value -> values.put(PREFIX + key, value)));
        FLAG_KEYS.forEach(key -> file.findBoolean(PREFIX + key).ifPresent(value -> values.put(PREFIX + key, value)));
        ID_KEYS.forEach(key -> file.findLong(PREFIX + key).ifPresent(value -> values.put(PREFIX + key, value)));
        List.of("tokens", "merges")
                .forEach(key -> file.findStrings(PREFIX + key).ifPresent(value -> values.put(PREFIX + key, value)));
        file.findInts(PREFIX + "token_type").ifPresent(value -> values.put(PREFIX + "token_type", value));
        file.findFloats(PREFIX + "scores").ifPresent(value -> values.put(PREFIX + "scores", value));
        return new TokenizerMetadata(values);
    }

    Optional<String> text(String key) {
        Object value = values.get(PREFIX + key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw wrongKind(key, "a string", value);
    }

    Optional<Boolean> flag(String key) {
        Object value = values.get(PREFIX + key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof Boolean flag) {
            return Optional.of(flag);
        }
        throw wrongKind(key, "a boolean", value);
    }

    /** A token id; one outside the vocabulary is MODEL_CORRUPT. */
    OptionalInt tokenId(String key, int vocabularyTokens) {
        Object value = values.get(PREFIX + key);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (!(value instanceof Number number)) {
            throw wrongKind(key, "a token id", value);
        }
        long id = number.longValue();
        // Converters write -1, as an unsigned number too, for "none".
        if (id == -1 || id == 0xFFFF_FFFFL) {
            return OptionalInt.empty();
        }
        if (id < 0 || id >= vocabularyTokens) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    PREFIX + key + " is " + id + ", the vocabulary has " + vocabularyTokens + " tokens");
        }
        return OptionalInt.of((int) id);
    }

    /** An array of strings; null where the key is absent. */
    String @Nullable [] texts(String key) {
        List<?> elements = elements(key);
        if (elements == null) {
            return null;
        }
        String[] texts = new String[elements.size()];
        for (int i = 0; i < texts.length; i++) {
            if (!(elements.get(i) instanceof String text)) {
                throw wrongKind(key, "an array of strings", elements.get(i));
            }
            texts[i] = text;
        }
        return texts;
    }

    /** An array of numbers; null where the key is absent. */
    double @Nullable [] numbers(String key) {
        List<?> elements = elements(key);
        if (elements == null) {
            return null;
        }
        double[] numbers = new double[elements.size()];
        for (int i = 0; i < numbers.length; i++) {
            if (!(elements.get(i) instanceof Number number)) {
                throw wrongKind(key, "an array of numbers", elements.get(i));
            }
            numbers[i] = number.doubleValue();
        }
        return numbers;
    }

    private @Nullable List<?> elements(String key) {
        Object value = values.get(PREFIX + key);
        if (value == null) {
            return null;
        }
        if (value instanceof List<?> list) {
            return list;
        }
        if (value instanceof Object[] array) {
            return Arrays.asList(array);
        }
        if (!value.getClass().isArray()) {
            throw wrongKind(key, "an array", value);
        }
        List<Object> boxed = new ArrayList<>(Array.getLength(value));
        for (int i = 0; i < Array.getLength(value); i++) {
            boxed.add(Array.get(value, i));
        }
        return boxed;
    }

    private static JavelinException wrongKind(String key, String expected, @Nullable Object actual) {
        return new JavelinException(
                ErrorCode.MODEL_CORRUPT,
                PREFIX + key + " must be " + expected + ", but is "
                        + (actual == null ? "null" : "a " + actual.getClass().getSimpleName()));
    }
}
