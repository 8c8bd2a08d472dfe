package dev.javelin.api;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bytes to the fields of a JSON object: strict UTF-8, strict JSON, bounded. Thread-safe. */
public final class JsonBody {
    /** Deepest nesting of a body. */
    public static final int MAX_DEPTH = 64;
    /** Most digits of a number. */
    public static final int MAX_NUMBER_CHARS = 400;

    private static final int MAX_NAME_CHARS = 1024;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final JsonMapper mapper;

    /**
     * A reader of bodies.
     *
     * @param maxBytes no string in a body can be longer
     */
    public JsonBody(int maxBytes) {
        StreamReadConstraints constraints = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_DEPTH)
                .maxNumberLength(MAX_NUMBER_CHARS)
                .maxNameLength(MAX_NAME_CHARS)
                .maxStringLength(Math.max(1, maxBytes))
                .build();
        mapper = JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(constraints)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .disable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
    }

    /**
     * Reads a body.
     *
     * @throws JavelinException INVALID_REQUEST that says where it is no UTF-8, no JSON, too deep, too long a number, a
     *     name twice, or no object
     */
    public JsonFields read(byte[] bytes) {
        String text = decode(bytes);
        JsonParser parser = mapper.createParser(text);
        try (parser) {
            JsonNode node = mapper.readTree(parser);
            if (node == null || node.isMissingNode()) {
                throw new JavelinException(ErrorCode.INVALID_REQUEST, "the body is empty, expected a JSON object");
            }
            if (parser.nextToken() != null) {
                throw new JavelinException(
                        ErrorCode.INVALID_REQUEST, "the body goes on after its JSON object" + at(parser));
            }
            return JsonFields.root(node);
        } catch (JacksonException e) {
            throw unreadable(parser, e);
        }
    }

    private static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length + 1);
        CoderResult result = decoder.decode(in, out, true);
        if (result.isError()) {
            throw new JavelinException(
                    ErrorCode.INVALID_REQUEST, "the body is not valid UTF-8 at byte " + in.position());
        }
        decoder.flush(out);
        String text = out.flip().toString();
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static JavelinException unreadable(JsonParser parser, JacksonException cause) {
        String field = path(parser.streamReadContext());
        String what = cause instanceof StreamConstraintsException
                ? "the body breaks a limit (depth " + MAX_DEPTH + ", number length " + MAX_NUMBER_CHARS
                        + ", name length " + MAX_NAME_CHARS + ")"
                : "the body is not valid JSON";
        String reason = cause.getOriginalMessage();
        String message = what + at(parser) + (field == null ? "" : " in " + field) + ": "
                + JsonValues.shortened(reason == null ? "unreadable" : reason, 200);
        return field == null
                ? new JavelinException(ErrorCode.INVALID_REQUEST, message)
                : JavelinException.ofField(ErrorCode.INVALID_REQUEST, field, message);
    }

    private static String at(JsonParser parser) {
        var location = parser.currentLocation();
        return " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** Where the parser stands, as {@code messages[2].content}, or null at the top. */
    private static @Nullable String path(@Nullable TokenStreamContext context) {
        if (context == null || context.inRoot()) {
            return null;
        }
        String parent = path(context.getParent());
        String here = parent == null ? "" : parent;
        if (context.inArray()) {
            here += "[" + context.getCurrentIndex() + "]";
        } else if (context.currentName() != null) {
            String name = JsonValues.shortened(context.currentName(), 64);
            here = here.isEmpty() ? name : here + "." + name;
        }
        return here.isEmpty() ? null : JsonValues.shortened(here, 200);
    }
}
