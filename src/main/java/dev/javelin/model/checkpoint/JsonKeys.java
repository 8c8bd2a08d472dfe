package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The typed keys of one JSON object. Immutable, any thread.
 *
 * <p>{@code findX} is empty where the key is absent or null, and throws {@code MODEL_CORRUPT} naming file, key and
 * value where its value is of another type or out of range.
 *
 * @param source the file's name, for messages
 * @param json an object
 * @param path where it stands in the file, e.g. {@code rope_scaling}; empty for the whole file
 */
public record JsonKeys(String source, JsonNode json, String path) {
    private static final int SHOWN_CHARS = 100;

    /**
     * The keys of a whole file.
     *
     * @throws JavelinException {@code MODEL_CORRUPT} if it holds something else than an object
     */
    public static JsonKeys of(String source, JsonNode json) {
        if (!json.isObject()) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT, source + " must hold an object, but holds " + kind(json));
        }
        return new JsonKeys(source, json, "");
    }

    /** Whether the key is there and not null. */
    public boolean contains(String key) {
        return tryValue(key) != null;
    }

    /** Whether the key is there, null or not: for keys whose absence has another meaning. */
    public boolean mentions(String key) {
        return json.has(key);
    }

    /** Every key, in the file's order. */
    public List<String> keys() {
        return List.copyOf(json.propertyNames());
    }

    /** An object that may be there. */
    public Optional<JsonKeys> findObject(String key) {
        return find(key, "an object", value -> value.isObject() ? new JsonKeys(source, value, full(key)) : null);
    }

    /** A string that may be there. */
    public Optional<String> findString(String key) {
        return find(key, "a string", value -> value.isString() ? value.stringValue() : null);
    }

    /** A boolean that may be there. */
    public Optional<Boolean> findBoolean(String key) {
        return find(key, "a boolean", value -> value.isBoolean() ? value.booleanValue() : null);
    }

    /** A whole number that may be there, fitting 32 signed bits. */
    public OptionalInt findInt(String key) {
        Optional<Integer> found = find(
                key,
                "a whole number in [-2^31, 2^31)",
                value -> value.isIntegralNumber() && value.canConvertToInt() ? value.intValue() : null);
        return found.map(OptionalInt::of).orElse(OptionalInt.empty());
    }

    /** A finite number that may be there. */
    public Optional<Double> findNumber(String key) {
        return find(
                key,
                "a finite number",
                value -> value.isNumber() && Double.isFinite(value.doubleValue()) ? value.doubleValue() : null);
    }

    /** A list of strings that may be there. */
    public Optional<List<String>> findStrings(String key) {
        return find(key, "a list of strings", JsonKeys::tryStrings);
    }

    private static @Nullable List<String> tryStrings(JsonNode value) {
        if (!value.isArray()) {
            return null;
        }
        List<String> strings = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            if (!element.isString()) {
                return null;
            }
            strings.add(element.stringValue());
        }
        return strings;
    }

    /** The key as messages name it. */
    public String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** An error about a key whose value is impossible. */
    public JavelinException corrupt(String key, Object value, String why) {
        return new JavelinException(
                ErrorCode.MODEL_CORRUPT, source + ": " + full(key) + " is " + shown(value.toString()) + ": " + why);
    }

    /** An error about a key that must be there. */
    public JavelinException missing(String key) {
        return new JavelinException(ErrorCode.MODEL_CORRUPT, source + ": " + full(key) + " is missing");
    }

    /** An error about a key that asks for what this build cannot do. */
    public JavelinException unsupported(String key, Object value, String what) {
        return new JavelinException(
                ErrorCode.MODEL_UNSUPPORTED,
                source + ": " + full(key) + " is " + shown(value.toString()) + ": " + what
                        + " not supported by this build");
    }

    /** Gives a value as what it must be, or null if it is something else. */
    @FunctionalInterface
    private interface Cast<T> {
        @Nullable T tryCast(JsonNode value);
    }

    private <T> Optional<T> find(String key, String wanted, Cast<T> cast) {
        JsonNode value = tryValue(key);
        if (value == null) {
            return Optional.empty();
        }
        T result = cast.tryCast(value);
        if (result == null) {
            throw corrupt(key, value, "it must be " + wanted);
        }
        return Optional.of(result);
    }

    private @Nullable JsonNode tryValue(String key) {
        JsonNode value = json.path(key);
        return value.isMissingNode() || value.isNull() ? null : value;
    }

    private static String shown(String value) {
        String some = value.length() <= SHOWN_CHARS ? value : value.substring(0, SHOWN_CHARS) + "...";
        return GgufCursor.printable(some);
    }

    private static String kind(JsonNode json) {
        return json.isMissingNode() ? "nothing" : json.getNodeType().toString();
    }
}
