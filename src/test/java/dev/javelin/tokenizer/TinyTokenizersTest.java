package dev.javelin.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tokenizer.huggingface.TokenizerJson;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Tiny tokenizers of every supported kind against what Hugging Face's library gave. */
class TinyTokenizersTest {
    static List<String> names() {
        return Resources.TINY;
    }

    @ParameterizedTest
    @MethodSource("names")
    void encodesAsTheReference(String name) {
        Tokenizer tokenizer = TokenizerJson.of(Resources.json("tiny-" + name + ".json"));
        JsonNode golden = Resources.json("tiny-" + name + ".golden.json");
        assertEquals(golden.get("vocabularySize").intValue(), tokenizer.vocabularySize());
        assertTrue(golden.get("cases").size() > 100);
        for (JsonNode test : golden.get("cases")) {
            String text = test.get("text").stringValue();
            same(test, "prompt", text, tokenizer.encode(text, EncodeOptions.PROMPT));
            same(test, "rendered", text, tokenizer.encode(text, EncodeOptions.RENDERED));
            same(test, "plain", text, tokenizer.encode(text, EncodeOptions.PLAIN));
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void decodesAsTheReference(String name) {
        Tokenizer tokenizer = TokenizerJson.of(Resources.json("tiny-" + name + ".json"));
        for (JsonNode test : Resources.json("tiny-" + name + ".golden.json").get("cases")) {
            int[] ids = Resources.ids(test.get("prompt"));
            assertEquals(test.get("skipped").stringValue(), tokenizer.decode(ids, DecodeOptions.TEXT));
            assertEquals(test.get("verbatim").stringValue(), tokenizer.decode(ids, DecodeOptions.VERBATIM));
        }
    }

    private static void same(JsonNode test, String key, String text, int[] actual) {
        assertArrayEquals(Resources.ids(test.get(key)), actual, key + " of \"" + text + "\"");
    }
}
