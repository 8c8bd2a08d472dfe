package dev.javelin.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import dev.javelin.tokenizer.huggingface.TokenizerJson;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random texts against Hugging Face's library in process, from many threads at once. */
class DjlOracleTest {
    static List<String> names() {
        return Resources.TINY;
    }

    /** Opens the reference; the test skips where its native library does not load. */
    static HuggingFaceTokenizer reference(Path tokenizerJson) {
        try {
            return HuggingFaceTokenizer.newInstance(
                    tokenizerJson, Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "true"));
        } catch (Exception | LinkageError e) {
            System.out.println("SKIPPED: DJL's tokenizers do not load: " + e);
            return abort("DJL's tokenizers do not load: " + e);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void randomTextsHaveTheReferencesIdsFromEveryThread(String name) {
        Path file = Resources.path("tiny-" + name + ".json");
        Tokenizer tokenizer = TokenizerJson.readFile(file);
        try (HuggingFaceTokenizer reference = reference(file)) {
            IntStream.range(0, 1500).parallel().forEach(seed -> {
                String text = RandomText.ofOldCharacters(new Random(seed), 1 + seed % 60);
                long[] expected = reference.encode(text).getIds();
                int[] ids = tokenizer.encode(text, true);
                assertArrayEquals(
                        expected,
                        Arrays.stream(ids).asLongStream().toArray(),
                        () -> "seed " + seed + ", text \"" + text + "\"");
                String decoded = reference.decode(LongStream.of(expected).toArray(), true);
                assertEquals(decoded, tokenizer.decode(ids, DecodeOptions.TEXT), () -> "seed " + seed);
            });
        }
    }
}
