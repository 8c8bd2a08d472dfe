package dev.javelin.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tiny tokenizers and goldens that make_goldens.py made. */
public final class Resources {
    /** The names of the tiny tokenizers. */
    public static final List<String> TINY =
            List.of("byte-level", "sentence-piece", "metaspace", "unknown", "many-steps");

    private Resources() {}

    /** A parsed resource of this package. */
    public static JsonNode json(String name) {
        try (InputStream in = Objects.requireNonNull(Resources.class.getResourceAsStream(name), name)) {
            return JsonMapper.shared().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where a resource of this package lies. */
    public static Path path(String name) {
        return Path.of("src/test/resources/dev/javelin/tokenizer", name);
    }

    /** A JSON array of ids. */
    public static int[] ids(JsonNode array) {
        return IntStream.range(0, array.size())
                .map(i -> array.get(i).intValue())
                .toArray();
    }
}
