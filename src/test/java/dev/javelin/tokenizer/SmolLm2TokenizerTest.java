package dev.javelin.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.hub.RealModel;
import dev.javelin.tokenizer.gguf.GgufTokenizer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The default model's own file. */
class SmolLm2TokenizerTest {
    @Test
    void encodesAsATokenizerPutTogetherFromTheFilesVocabulary() {
        try (GgufFile file = GgufFile.open(RealModel.path())) {
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
