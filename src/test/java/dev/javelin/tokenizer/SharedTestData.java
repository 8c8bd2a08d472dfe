package dev.javelin.tokenizer;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The texts and ids that lie beside the repository; tests skip where they are absent. */
final class SharedTestData {
    private static final Path FOLDER = Path.of("..", "shared", "testdata");

    private SharedTestData() {}

    static JsonNode read(String name) {
        Path file = FOLDER.resolve(name);
        if (!Files.exists(file)) {
            System.out.println("SKIPPED: " + file + " is absent");
            return abort(file + " is absent");
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return JsonMapper.shared().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
