package dev.javelin.api;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Typed values out of a JSON tree; what does not fit is refused with its path, its value and what was expected.
 * Stateless.
 */
public final class JsonValues {
    private static final int SHOWN_CHARS = 40;

    private JsonValues() {}

    /** A string without lone surrogates. */
    public static String string(JsonNode node, String path) {
        if (!node.isString()) {
            throw wrongType(node, path, "a string");
        }
        return wellFormed(node.stringValue(), path);
    }

    /** A text as it came, refused where it has half a surrogate pair: no encoding has a form for it. */
    static String wellFormed(String text, String path) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isHighSurrogate(text.charAt(i))
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(text.charAt(i))) {
                throw invalid(path, path + " has a lone surrogate at character " + i + ", expected well-formed text");
            }
        }
        return text;
    }

    /** True or false. */
    public static boolean bool(JsonNode node, String path) {
        if (!node.isBoolean()) {
            throw wrongType(node, path, "true or false");
        }
        return node.booleanValue();
    }

    /** A whole number of 64 bits; 1.0 is one. */
    public static long wholeNumber(JsonNode node, String path) {
        if (node.isIntegralNumber()) {
            BigInteger value = node.bigIntegerValue();
            if (value.bitLength() > 63) {
                throw wrongType(node, path, "a whole number of at most 64 bits");
            }
            return value.longValue();
        }
        double value = node.isNumber() ? node.doubleValue() : Double.NaN;
        if (value != Math.rint(value) || Math.abs(value) > 1L << 53) {
            throw wrongType(node, path, "a whole number");
        }
        return (long) value;
    }

    /** A whole number of 32 bits. */
    public static int integer(JsonNode node, String path) {
        long value = wholeNumber(node, path);
        if (value != (int) value) {
            throw wrongType(node, path, "a whole number from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /** A finite number. */
    public static double number(JsonNode node, String path) {
        double value = node.isNumber() ? node.doubleValue() : Double.NaN;
        if (!Double.isFinite(value)) {
            throw wrongType(node, path, "a finite number");
        }
        return value;
    }

    /** The elements of an array. */
    public static List<JsonNode> array(JsonNode node, String path) {
        if (!node.isArray()) {
            throw wrongType(node, path, "an array");
        }
        return List.copyOf(node.values());
    }

    /**
     * A tree as the JDK's own types: maps in order, lists, strings, booleans, longs, doubles. Nulls in objects are left
     * out.
     *
     * @throws JavelinException INVALID_REQUEST for a null in an array and for what the typed readers refuse
     */
    public static Object plain(JsonNode node, String path) {
        if (node.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            node.forEachEntry((name, value) -> {
                if (!value.isNull()) {
                    map.put(wellFormed(name, path), plain(value, path + "." + name));
                }
            });
            return map;
        }
        if (node.isArray()) {
            List<Object> list = new ArrayList<>();
            for (JsonNode element : node.values()) {
                list.add(plain(element, path + "[" + list.size() + "]"));
            }
            return list;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isNumber()) {
            return node.isIntegralNumber() ? (Object) wholeNumber(node, path) : (Object) number(node, path);
        }
        return string(node, path);
    }

    /** An error that names the path, the value and what was expected. */
    public static JavelinException wrongType(JsonNode node, String path, String expected) {
        return invalid(path, path + " is " + shown(node) + ", expected " + expected);
    }

    /** An error in one field. */
    public static JavelinException invalid(String path, String message) {
        return JavelinException.ofField(ErrorCode.INVALID_REQUEST, path, message);
    }

    private static String shown(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "an object";
            case ARRAY -> "an array";
            case STRING -> "the string " + quoted(node.stringValue());
            case NUMBER -> "the number " + shortened(node.toString());
            case BOOLEAN, NULL -> node.toString();
            case BINARY, MISSING, POJO -> "of another kind";
        };
    }

    /** A client's text, short and harmless enough for a message or a log line. */
    public static String quoted(String text) {
        return "'" + shortened(text) + "'";
    }

    private static String shortened(String text) {
        return shortened(text, SHOWN_CHARS);
    }

    static String shortened(String text, int maxChars) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .limit(maxChars)
                .map(c -> Character.isISOControl(c) || (c >= 0xD800 && c < 0xE000) ? '?' : c)
                .forEach(shown::appendCodePoint);
        return text.codePointCount(0, text.length()) > maxChars ? shown + "..." : shown.toString();
    }
}
