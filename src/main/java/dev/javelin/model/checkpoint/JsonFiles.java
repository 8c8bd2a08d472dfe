package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the JSON files that lie beside a model's weights, within limits. Stateless, any thread. */
public final class JsonFiles {
    private static final int MAX_NESTING_DEPTH = 64;

    private JsonFiles() {}

    /**
     * The document of a file.
     *
     * @param limitBytes longest file that is read
     * @throws JavelinException {@code MODEL_UNAVAILABLE} if it cannot be read, {@code MODEL_CORRUPT} if it is too long,
     *     nests too deep or is no JSON
     */
    public static JsonNode read(Path file, long limitBytes) {
        try {
            long bytes = Files.size(file);
            if (bytes > limitBytes) {
                throw new JavelinException(
                        ErrorCode.MODEL_CORRUPT,
                        file.getFileName() + " has " + bytes + " bytes, the limit is " + limitBytes);
            }
            return mapper().readTree(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot read " + file + ": " + e, e);
        } catch (JacksonException e) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT, file.getFileName() + " is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static JsonMapper mapper() {
        StreamReadConstraints limits = StreamReadConstraints.builder()
                .maxNestingDepth(MAX_NESTING_DEPTH)
                .build();
        return JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(limits).build())
                .build();
    }
}
