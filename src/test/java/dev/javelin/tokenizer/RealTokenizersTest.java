package dev.javelin.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.tokenizer.gguf.GgufTokenizer;
import dev.javelin.tokenizer.huggingface.TokenizerJson;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Real tokenizers against ids that Hugging Face's library gave, over 7,305 pieces of text. */
class RealTokenizersTest {
    @ParameterizedTest
    @ValueSource(strings = {"llama3_1", "llama2", "qwen3"})
    void everyPieceHasTheReferencesIds(String name) {
        checkEveryPiece(name, TokenizerJson.readDirectory(NpmTokenizer.directory(name)));
    }

    /** The same vocabularies as a GGUF file holds them: named rules, merges or scores, token types. */
    @ParameterizedTest
    @CsvSource({"llama3_1, llama-bpe", "llama2, ''", "qwen3, qwen2"})
    void everyPieceHasTheReferencesIdsFromGgufMetadata(String name, String rule) {
        checkEveryPiece(name, GgufTokenizer.of(GgufMirror.of(NpmTokenizer.directory(name), rule)));
    }

    private static void checkEveryPiece(String name, Tokenizer tokenizer) {
        JsonNode pieces = SharedTestData.read("tokenizer-pieces.json.gz");
        JsonNode expected = SharedTestData.read("tokenizer-expected-" + name + ".json.gz");
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < pieces.size(); i++) {
            String text = pieces.get(i).stringValue();
            compare("with template", text, ids(expected.get("ids").get(i)), tokenizer.encode(text, true), wrong);
            int[] plain = ids(expected.get("ids2").get(i));
            compare("plain", text, plain, tokenizer.encode(text, false), wrong);
            String decoded = tokenizer.decode(plain, true);
            if (!decoded.equals(expected.get("dec").get(i).stringValue())) {
                wrong.add("decoded: \"" + text + "\" gave \"" + decoded + "\"");
            }
        }
        assertEquals(List.of(), wrong.stream().limit(5).toList(), wrong.size() + " of " + pieces.size() + " are wrong");
    }

    private static void compare(String what, String text, int[] expected, int[] actual, List<String> wrong) {
        if (!Arrays.equals(expected, actual)) {
            wrong.add(what + ": \"" + text + "\" gave " + Arrays.toString(actual) + ", expected "
                    + Arrays.toString(expected));
        }
    }

    private static int[] ids(JsonNode array) {
        return IntStream.range(0, array.size())
                .map(i -> array.get(i).intValue())
                .toArray();
    }
}
