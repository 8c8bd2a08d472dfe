package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arguments by parameter; null where none was given. Immutable by convention. */
record Bound(String function, List<@Nullable Object> values) {
    @Nullable Object get(int index) {
        return values.get(index);
    }

    Object required(int index) {
        Object value = values.get(index);
        if (value == null) {
            throw PyError.type(function + "() missing required argument " + (index + 1));
        }
        return value;
    }

    Object or(int index, Object fallback) {
        Object value = values.get(index);
        return value == null ? fallback : value;
    }

    /** The value, or null where none or None was given. */
    @Nullable Object orNone(int index) {
        Object value = values.get(index);
        return value == PyNone.NONE ? null : value;
    }

    boolean truthy(int index, boolean fallback) {
        Object value = values.get(index);
        return value == null ? fallback : Py.truthy(value);
    }

    /** An integer, clamped to what a Java int holds: enough for any count or index. */
    int integer(int index, int fallback) {
        Object value = values.get(index);
        return value == null ? fallback : clamp(value);
    }

    private static int clamp(Object value) {
        if (!Numbers.isInt(value)) {
            throw PyError.type("'" + Py.typeName(value) + "' object cannot be interpreted as an integer");
        }
        BigInteger big = Numbers.big(value);
        if (big.bitLength() > 31) {
            return big.signum() < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE;
        }
        return big.intValue();
    }

    /** A string, or an error as a method of str words it. */
    String string(int index) {
        Object value = required(index);
        String text = Py.stringOrNull(value);
        if (text == null) {
            throw PyError.type(function + "() argument " + (index + 1) + " must be str, not " + Py.typeName(value));
        }
        return text;
    }

    @Nullable String stringOrNone(int index) {
        return orNone(index) == null ? null : string(index);
    }
}
