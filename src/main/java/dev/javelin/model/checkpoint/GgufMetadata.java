package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The typed keys and values of a GGUF file. Immutable.
 *
 * <p>{@code requireX} throws {@code MODEL_CORRUPT} naming the key when it is missing; {@code findX} is empty then. Both
 * throw {@code MODEL_CORRUPT} naming key and types when the value is of another type or out of range. Integers of every
 * width are one type; an integer is also read as a float, never the reverse.
 */
public final class GgufMetadata {
    private final String source;
    private final Map<String, GgufValue> values;

    /**
     * Takes over the values.
     *
     * @param source the file's name, for messages
     */
    GgufMetadata(String source, Map<String, GgufValue> values) {
        this.source = source;
        this.values = Collections.unmodifiableMap(values);
    }

    /** The file's name, for messages. */
    public String source() {
        return source;
    }

    /** Every key, in the file's order. */
    public Set<String> keys() {
        return values.keySet();
    }

    /** Whether the key is there, whatever its type. */
    public boolean contains(String key) {
        return values.containsKey(key);
    }

    /** Whether the key is there and holds a list, of whatever. */
    public boolean isList(String key) {
        GgufValue value = values.get(key);
        return value != null
                && switch (value) {
                    case GgufValue.Flags _,
                            GgufValue.Wholes _,
                            GgufValue.Reals _,
                            GgufValue.Texts _,
                            GgufValue.Lists _ -> true;
                    case GgufValue.Flag _,
                            GgufValue.Whole _,
                            GgufValue.BigWhole _,
                            GgufValue.Real _,
                            GgufValue.Text _ -> false;
                };
    }

    /** A string that must be there. */
    public String requireString(String key) {
        return required(key, findString(key));
    }

    /** A string that may be there. */
    public Optional<String> findString(String key) {
        return find(key, "a string", value -> value instanceof GgufValue.Text text ? text.value() : null);
    }

    /** A boolean that must be there. */
    public boolean requireBoolean(String key) {
        return required(key, findBoolean(key));
    }

    /** A boolean that may be there. */
    public Optional<Boolean> findBoolean(String key) {
        return find(key, "a boolean", value -> value instanceof GgufValue.Flag flag ? flag.value() : null);
    }

    /** An integer that must be there. */
    public long requireLong(String key) {
        return required(key, findLong(key));
    }

    /** An integer that may be there. */
    public Optional<Long> findLong(String key) {
        return find(key, "an integer", value -> value instanceof GgufValue.Whole whole ? whole.value() : null);
    }

    /** An integer that must be there and fit 32 signed bits. */
    public int requireInt(String key) {
        return toInt(key, requireLong(key));
    }

    /** An integer that may be there, fitting 32 signed bits. */
    public OptionalInt findInt(String key) {
        return findLong(key).map(value -> OptionalInt.of(toInt(key, value))).orElse(OptionalInt.empty());
    }

    /** A finite number that must be there. */
    public float requireFloat(String key) {
        return required(key, findFloat(key));
    }

    /** A finite number that may be there. */
    public Optional<Float> findFloat(String key) {
        Optional<Double> value = find(key, "a float", found -> switch (found) {
            case GgufValue.Real real -> real.value();
            case GgufValue.Whole whole -> (double) whole.value();
            case GgufValue other -> null;
        });
        return value.map(number -> toFloat(key, number));
    }

    /** A list of strings that must be there. */
    public List<String> requireStrings(String key) {
        return required(key, findStrings(key));
    }

    /** A list of strings that may be there. */
    public Optional<List<String>> findStrings(String key) {
        return find(key, "a list of strings", value -> switch (value) {
            case GgufValue.Texts texts -> texts.values();
            case GgufValue.Lists lists when lists.values().isEmpty() -> List.of();
            case GgufValue other -> null;
        });
    }

    /** A list of integers, each fitting 32 signed bits, that must be there. */
    public int[] requireInts(String key) {
        return required(key, findInts(key));
    }

    /** A list of integers, each fitting 32 signed bits, that may be there. */
    public Optional<int[]> findInts(String key) {
        Optional<List<Long>> list = find(
                key, "a list of integers", value -> value instanceof GgufValue.Wholes wholes ? wholes.values() : null);
        return list.map(
                values -> values.stream().mapToInt(value -> toInt(key, value)).toArray());
    }

    /** A list of finite numbers that must be there. */
    public float[] requireFloats(String key) {
        return required(key, findFloats(key));
    }

    /** A list of finite numbers that may be there. */
    public Optional<float[]> findFloats(String key) {
        Optional<List<Double>> list =
                find(key, "a list of floats", value -> value instanceof GgufValue.Reals reals ? reals.values() : null);
        return list.map(values -> {
            float[] floats = new float[values.size()];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = toFloat(key, values.get(i));
            }
            return floats;
        });
    }

    /** A list of booleans that may be there. */
    public Optional<List<Boolean>> findBooleans(String key) {
        return find(key, "a list of booleans", value -> value instanceof GgufValue.Flags flags ? flags.values() : null);
    }

    /** An error about a key whose value is of the right type and still wrong. */
    public JavelinException corrupt(String key, Object value, String why) {
        return new JavelinException(
                ErrorCode.MODEL_CORRUPT,
                source + ": metadata key " + key + " is " + GgufCursor.printable(String.valueOf(value)) + ": " + why);
    }

    /** Gives a value as what it must be, or null if it is something else. */
    @FunctionalInterface
    private interface Cast<T> {
        @Nullable T tryCast(GgufValue value);
    }

    /** An error about a key that must be there. */
    public JavelinException missing(String key) {
        return new JavelinException(ErrorCode.MODEL_CORRUPT, source + ": metadata key " + key + " is missing");
    }

    private <T> Optional<T> find(String key, String wanted, Cast<T> cast) {
        GgufValue value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        T result = cast.tryCast(value);
        if (result == null) {
            throw corrupt(key, value.kind(), "it must be " + wanted);
        }
        return Optional.of(result);
    }

    private <T> T required(String key, Optional<T> value) {
        return value.orElseThrow(
                () -> new JavelinException(ErrorCode.MODEL_CORRUPT, source + ": metadata key " + key + " is missing"));
    }

    private int toInt(String key, long value) {
        if (value != (int) value) {
            throw corrupt(key, value, "it must be in [-2^31, 2^31)");
        }
        return (int) value;
    }

    private float toFloat(String key, double value) {
        float number = (float) value;
        if (!Float.isFinite(number)) {
            throw corrupt(key, value, "it must be finite");
        }
        return number;
    }
}
