package dev.javelin.cli;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON as Python's {@code json.loads} reads it. Stateless, any thread.
 *
 * <pre>
 * 1        Long          int, however large: BigInteger beyond 64 bits
 * 1.0 1e3  Double        float; NaN, Infinity, -Infinity too; 1e999 is infinite
 * {...}    LinkedHashMap keys in order; of equal keys the first one's place and the last one's value
 * [...]    ArrayList
 * null     null
 * </pre>
 */
final class PythonJson {
    /** Python's own limits: digits of an int ({@code sys.set_int_max_str_digits}) and recursion, roughly. */
    private static final int MAX_NUMBER_CHARS = 4300;

    private static final int MAX_NESTING = 1000;
    private static final int LONG_SAFE_CHARS = 18;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(MAX_NUMBER_CHARS)
                            .maxNestingDepth(MAX_NESTING)
                            .maxStringLength(Integer.MAX_VALUE)
                            .maxNameLength(Integer.MAX_VALUE)
                            .build())
                    .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                    .build())
            .build();

    private PythonJson() {}

    /**
     * The one value that a text holds.
     *
     * @throws JavelinException INVALID_REQUEST saying what is wrong and at which character
     */
    static @Nullable Object parse(String text) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw invalid("there is no JSON value");
            }
            Object value = value(parser, first);
            if (parser.nextToken() != null) {
                throw invalid("there is more after the JSON value");
            }
            return value;
        } catch (JacksonException e) {
            throw new JavelinException(
                    ErrorCode.INVALID_REQUEST,
                    "no JSON: " + e.getOriginalMessage()
                            + (e.getLocation() == null
                                    ? ""
                                    : " (character " + e.getLocation().getColumnNr() + ")"),
                    e);
        }
    }

    /** The same of a text that must hold a string. */
    static String parseString(String text) {
        Object value = parse(text);
        if (value instanceof String string) {
            return string;
        }
        throw invalid("expected a JSON string, got " + kind(value));
    }

    /** The same of a text that must hold an array of ids. */
    static int[] parseIds(String text) {
        Object value = parse(text);
        if (!(value instanceof List<?> list)) {
            throw invalid("expected a JSON array of token ids, got " + kind(value));
        }
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!(list.get(i) instanceof Long id) || id != id.intValue()) {
                throw invalid("element " + i + " is no token id, but " + kind(list.get(i)));
            }
            ids[i] = id.intValue();
        }
        return ids;
    }

    /** What a value is, for messages. */
    static String kind(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String _ -> "a string";
            case Boolean _ -> "a boolean";
            case Number number -> "the number " + shortened(number.toString());
            case List<?> _ -> "an array";
            default -> "an object";
        };
    }

    private static String shortened(String digits) {
        return digits.length() <= 24 ? digits : digits.substring(0, 24) + "...";
    }

    private static JavelinException invalid(String message) {
        return new JavelinException(ErrorCode.INVALID_REQUEST, message);
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> whole(parser.getString());
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                throw new IllegalStateException("the JSON parser gave " + token);
        };
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) {
        Map<String, @Nullable Object> entries = new LinkedHashMap<>();
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            entries.put(name, value(parser, parser.nextToken()));
        }
        return entries;
    }

    private static List<@Nullable Object> array(JsonParser parser) {
        List<@Nullable Object> items = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            items.add(value(parser, token));
        }
        return items;
    }

    private static Number whole(String digits) {
        if (digits.length() <= LONG_SAFE_CHARS) {
            return Long.parseLong(digits);
        }
        BigInteger number = new BigInteger(digits);
        return number.bitLength() < Long.SIZE ? (Number) number.longValue() : number;
    }
}
