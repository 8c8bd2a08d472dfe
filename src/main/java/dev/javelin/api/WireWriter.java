package dev.javelin.api;

import java.nio.charset.StandardCharsets;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Wire records to JSON bytes, names in snake case. Thread-safe. */
public final class WireWriter {
    private static final byte[] FRAME_START = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FRAME_END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private final JsonMapper mapper = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    /** A writer. */
    public WireWriter() {}

    /** A record's JSON in UTF-8. */
    public byte[] json(Object wireRecord) {
        return mapper.writeValueAsBytes(wireRecord);
    }

    /** A server-sent event that carries a record: {@code data: {...}} and a blank line. */
    public byte[] frame(Object wireRecord) {
        byte[] json = json(wireRecord);
        byte[] frame = new byte[FRAME_START.length + json.length + FRAME_END.length];
        System.arraycopy(FRAME_START, 0, frame, 0, FRAME_START.length);
        System.arraycopy(json, 0, frame, FRAME_START.length, json.length);
        System.arraycopy(FRAME_END, 0, frame, FRAME_START.length + json.length, FRAME_END.length);
        return frame;
    }
}
