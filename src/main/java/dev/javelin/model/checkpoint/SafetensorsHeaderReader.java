package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a safetensors header token by token, so that it costs memory in proportion to its tensors. Confined to the
 * thread that parses; used once.
 */
final class SafetensorsHeaderReader {
    private static final String METADATA = "__metadata__";
    private static final int MAX_NESTING_DEPTH = 3;
    private static final int MAX_DIM_COUNT = 32;
    private static final int MAX_NAME_CHARS = 4096;
    private static final int MAX_NUMBER_CHARS = 32;

    private final String source;
    private final String json;

    /**
     * A reader.
     *
     * @param source the file's name, for messages
     * @param json the header
     */
    SafetensorsHeaderReader(String source, String json) {
        this.source = source;
        this.json = json;
    }

    /** The entries, in the header's order; the list is the caller's. */
    List<SafetensorsEntry> read() {
        try (JsonParser parser = factory().createParser(ObjectReadContext.empty(), json)) {
            List<SafetensorsEntry> entries = new ArrayList<>();
            parser.nextToken();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                if (name.equals(METADATA)) {
                    skipMetadata(parser);
                } else {
                    entries.add(entry(parser, name));
                }
            }
            expect(parser.currentToken(), JsonToken.END_OBJECT, "header");
            if (parser.nextToken() != null) {
                throw corrupt("header", "followed by " + parser.currentToken(), "only spaces may follow it");
            }
            return entries;
        } catch (JacksonException e) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    source + ": the header is no JSON that the format allows: "
                            + GgufCursor.printable(String.valueOf(e.getOriginalMessage())),
                    e);
        }
    }

    private static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_NESTING_DEPTH)
                        .maxNameLength(MAX_NAME_CHARS)
                        .maxNumberLength(MAX_NUMBER_CHARS)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    /** Texts by name, for people. */
    private void skipMetadata(JsonParser parser) {
        expect(parser.nextToken(), JsonToken.START_OBJECT, METADATA);
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            expect(parser.nextToken(), JsonToken.VALUE_STRING, METADATA + "." + key);
        }
    }

    private SafetensorsEntry entry(JsonParser parser, String name) {
        expect(parser.nextToken(), JsonToken.START_OBJECT, "tensor " + name);
        SafetensorsType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        for (String key = parser.nextName(); key != null; key = parser.nextName()) {
            switch (key) {
                case "dtype" -> type = type(parser, name);
                case "shape" -> shape = wholes(parser, "shape of tensor " + name);
                case "data_offsets" -> offsets = wholes(parser, "data_offsets of tensor " + name);
                default -> throw corrupt("tensor " + name, "described with " + key, "the format has no such key");
            }
        }
        if (offsets != null && (offsets.size() != 2 || offsets.get(0) > offsets.get(1))) {
            throw corrupt("data_offsets of tensor " + name, offsets, "it must be a begin and an end");
        }
        return checked(
                name,
                required(type, "dtype", name),
                required(shape, "shape", name),
                required(offsets, "data_offsets", name));
    }

    private SafetensorsEntry checked(String name, SafetensorsType type, List<Long> shape, List<Long> offsets) {
        long bytes = offsets.get(1) - offsets.get(0);
        long bits;
        try {
            bits = type.bits();
            for (long extent : shape) {
                bits = Math.multiplyExact(bits, extent);
            }
        } catch (ArithmeticException e) {
            throw corrupt("shape of tensor " + name, shape, "its values take more than 2^63 bits");
        }
        if (bits % 8 != 0 || bits / 8 != bytes) {
            throw corrupt(
                    "shape of tensor " + name,
                    shape,
                    "its values of type " + type + " take " + bits + " bits, data_offsets " + offsets + " span " + bytes
                            + " bytes");
        }
        return new SafetensorsEntry(name, type, shape, offsets.get(0), offsets.get(1));
    }

    private SafetensorsType type(JsonParser parser, String name) {
        expect(parser.nextToken(), JsonToken.VALUE_STRING, "dtype of tensor " + name);
        String text = parser.getString();
        return SafetensorsType.tryOfName(text)
                .orElseThrow(() -> new JavelinException(
                        ErrorCode.MODEL_UNSUPPORTED,
                        source + ": tensor " + GgufCursor.printable(name) + " has type " + GgufCursor.printable(text)
                                + ", which is not known"));
    }

    private List<Long> wholes(JsonParser parser, String field) {
        expect(parser.nextToken(), JsonToken.START_ARRAY, field);
        List<Long> values = new ArrayList<>(4);
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            expect(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, field);
            long value = parser.getLongValue();
            if (value < 0 || values.size() == MAX_DIM_COUNT) {
                throw corrupt(
                        field,
                        values + " and " + value,
                        "it must be at most " + MAX_DIM_COUNT + " numbers, none negative");
            }
            values.add(value);
        }
        return values;
    }

    private <T> T required(@Nullable T value, String key, String name) {
        if (value == null) {
            throw corrupt("tensor " + name, "described without " + key, "the format demands it");
        }
        return value;
    }

    private void expect(@Nullable JsonToken token, JsonToken expected, String field) {
        if (token != expected) {
            throw corrupt(field, String.valueOf(token), "it must be " + expected);
        }
    }

    private JavelinException corrupt(String field, Object value, String why) {
        return SafetensorsHeader.corrupt(source, field, value, why);
    }
}
