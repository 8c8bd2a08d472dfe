package dev.javelin.tokenizer.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.EncodeOptions;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.bpe.ByteLevelSpelling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GgufTokenizerTest {
    /** 256 bytes, then "he", "hel", then the special tokens. */
    private static Map<String, Object> byteLevel() {
        List<String> tokens = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        ByteLevelSpelling spelling = new ByteLevelSpelling();
        for (int value = 0; value < 256; value++) {
            tokens.add(String.valueOf(spelling.charOf(value)));
            types.add(1);
        }
        tokens.addAll(List.of("he", "hello", "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<tool>"));
        types.addAll(List.of(1, 1, 3, 3, 3, 4));
        Map<String, Object> metadata = new HashMap<>();
        put(metadata, "model", "gpt2");
        put(metadata, "pre", "smollm");
        put(metadata, "tokens", tokens);
        put(metadata, "token_type", types);
        // "hel" and "lo" are no tokens: merges pass through them.
        put(metadata, "merges", List.of("h e", "l o", "he l", "hel lo"));
        put(metadata, "bos_token_id", 258L);
        put(metadata, "eos_token_id", 259);
        return metadata;
    }

    private static void put(Map<String, Object> metadata, String key, Object value) {
        metadata.put("tokenizer.ggml." + key, value);
    }

    @Test
    void textsThatAreNoTokensAreMergedThroughAndSpelledOut() {
        Tokenizer tokenizer = GgufTokenizer.of(byteLevel());
        assertArrayEquals(new int[] {257}, tokenizer.encode("hello", EncodeOptions.PLAIN));
        assertArrayEquals(new int[] {'h', 'e', 'l'}, bytes(tokenizer, "hel"));
        assertArrayEquals(new int[] {'l', 'o'}, bytes(tokenizer, "lo"));
        assertArrayEquals(new int[] {256}, tokenizer.encode("he", EncodeOptions.PLAIN));
        assertEquals("hel", tokenizer.decode(tokenizer.encode("hel", false), true));
    }

    private static int[] bytes(Tokenizer tokenizer, String text) {
        int[] ids = tokenizer.encode(text, EncodeOptions.PLAIN);
        for (int i = 0; i < ids.length; i++) {
            assertEquals(1, tokenizer.tokenBytes(ids[i]).length);
            ids[i] = tokenizer.tokenBytes(ids[i])[0] & 0xFF;
        }
        return ids;
    }

    @Test
    void everyEndIsKnownAndSpecialTokensNeedAsking() {
        Tokenizer tokenizer = GgufTokenizer.of(byteLevel());
        assertEquals(Set.of(259, 260), tokenizer.endOfGenerationIds());
        assertEquals(258, tokenizer.bosId().orElseThrow());
        assertArrayEquals(new int[] {259}, tokenizer.encode("<|im_end|>", EncodeOptions.RENDERED));
        assertEquals(10, tokenizer.encode("<|im_end|>", EncodeOptions.PLAIN).length);
        assertArrayEquals(new int[] {261}, tokenizer.encode("<tool>", EncodeOptions.PLAIN));
        assertEquals("<tool>", tokenizer.decode(new int[] {258, 261, 259}, DecodeOptions.TEXT));
    }

    @Test
    void theTemplateFollowsTheFileElseTheRule() {
        Map<String, Object> metadata = byteLevel();
        assertArrayEquals(new int[] {256}, GgufTokenizer.of(metadata).encode("he", EncodeOptions.PROMPT));
        put(metadata, "pre", "llama-bpe");
        assertArrayEquals(new int[] {258, 256}, GgufTokenizer.of(metadata).encode("he", EncodeOptions.PROMPT));
        put(metadata, "add_bos_token", false);
        put(metadata, "add_eos_token", true);
        assertArrayEquals(new int[] {256, 259}, GgufTokenizer.of(metadata).encode("he", EncodeOptions.PROMPT));
    }

    @Test
    void arraysOfEveryKindAreRead() {
        Map<String, Object> metadata = byteLevel();
        List<?> tokens = (List<?>) Objects.requireNonNull(metadata.get("tokenizer.ggml.tokens"));
        put(metadata, "tokens", tokens.toArray(new String[0]));
        List<?> types = (List<?>) Objects.requireNonNull(metadata.get("tokenizer.ggml.token_type"));
        put(
                metadata,
                "token_type",
                types.stream().mapToInt(type -> (Integer) type).toArray());
        assertArrayEquals(new int[] {257}, GgufTokenizer.of(metadata).encode("hello", EncodeOptions.PLAIN));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "model; bert; MODEL_UNSUPPORTED; bert",
                "model; t5; MODEL_UNSUPPORTED; known: gpt2",
                "pre; unheard-of; MODEL_UNSUPPORTED; llama-bpe",
                "pre; unheard-of; MODEL_UNSUPPORTED; unheard-of",
                "model; 3; MODEL_CORRUPT; must be a string",
                "tokens; ; MODEL_CORRUPT; tokens has 0 entries",
                "tokens; 3; MODEL_CORRUPT; tokens must be an array",
                "token_type; [1]; MODEL_CORRUPT; token_type has 1 entries for 262 tokens",
                "scores; [1]; MODEL_CORRUPT; scores has 1 entries for 262 tokens",
                "merges; ; MODEL_CORRUPT; merges is missing",
                "merges; [x]; MODEL_CORRUPT; merges has at rank 0",
                "bos_token_id; 262; MODEL_CORRUPT; the vocabulary has 262 tokens",
                "eos_token_id; -7; MODEL_CORRUPT; eos_token_id is -7",
                "add_bos_token; 3; MODEL_CORRUPT; must be a boolean",
            })
    void whatIsWrongIsNamed(String key, String value, ErrorCode code, String part) {
        Map<String, Object> metadata = byteLevel();
        metadata.remove("tokenizer.ggml." + key);
        if (value != null) {
            put(metadata, key, parsed(value));
        }
        JavelinException error = assertThrows(JavelinException.class, () -> GgufTokenizer.of(metadata));
        assertEquals(code, error.code());
        assertTrue(error.reason().contains(part), error.reason());
    }

    private static Object parsed(String value) {
        if (value.matches("-?\\d+")) {
            return Integer.valueOf(value);
        }
        if (!value.startsWith("[")) {
            return value;
        }
        return List.of(parsed(value.substring(1, value.length() - 1)));
    }

    @Test
    void aFileWithoutAnEndOrBeginningSaysSo() {
        Map<String, Object> metadata = byteLevel();
        metadata.remove("tokenizer.ggml.bos_token_id");
        put(metadata, "add_bos_token", true);
        JavelinException error = assertThrows(JavelinException.class, () -> GgufTokenizer.of(metadata));
        assertTrue(error.reason().contains("bos_token_id is missing"), error.reason());
        put(metadata, "add_bos_token", false);
        put(metadata, "bos_token_id", 0xFFFF_FFFFL);
        assertTrue(GgufTokenizer.of(metadata).bosId().isEmpty());
    }
}
