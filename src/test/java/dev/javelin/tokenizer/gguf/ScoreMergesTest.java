package dev.javelin.tokenizer.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.EncodeOptions;
import dev.javelin.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The table of merges against SentencePiece's definition of merging by score. */
class ScoreMergesTest {
    private static final String LETTERS = "ab\u2581c\u00E9";

    private record Scored(List<String> tokens, List<Integer> types, List<Double> scores) {
        void add(String token, int type, double score) {
            if (!tokens.contains(token)) {
                tokens.add(token);
                types.add(type);
                scores.add(score);
            }
        }

        Map<String, Object> metadata(boolean spacePrefix) {
            Map<String, Object> metadata = new HashMap<>();
            metadata.put("tokenizer.ggml.model", "llama");
            metadata.put("tokenizer.ggml.tokens", tokens);
            metadata.put("tokenizer.ggml.token_type", types);
            metadata.put("tokenizer.ggml.scores", scores);
            metadata.put("tokenizer.ggml.bos_token_id", 1);
            metadata.put("tokenizer.ggml.unknown_token_id", 0L);
            metadata.put("tokenizer.ggml.add_space_prefix", spacePrefix);
            return metadata;
        }
    }

    private static Scored random(Random random) {
        Scored made = new Scored(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        made.add("<unk>", 2, 0);
        made.add("<s>", 3, 0);
        for (int value = 0; value < 256; value++) {
            made.add("<0x%02X>".formatted(value), 6, 0);
        }
        for (int i = 0; i < 60; i++) {
            StringBuilder token = new StringBuilder();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                token.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            // Few different scores: equal ones must merge leftmost first.
            made.add(token.toString(), 1, -random.nextInt(12));
        }
        return made;
    }

    /** SentencePiece and llama.cpp: join the neighbours that are the token of the best score, leftmost first. */
    private static List<Integer> byDefinition(Scored vocabulary, String text) {
        List<String> symbols = new ArrayList<>();
        text.codePoints().forEach(c -> symbols.add(Character.toString(c)));
        while (true) {
            int best = -1;
            double bestScore = Double.NEGATIVE_INFINITY;
            for (int i = 0; i + 1 < symbols.size(); i++) {
                int id = vocabulary.tokens.indexOf(symbols.get(i) + symbols.get(i + 1));
                if (id >= 0 && vocabulary.scores.get(id) > bestScore) {
                    best = i;
                    bestScore = vocabulary.scores.get(id);
                }
            }
            if (best < 0) {
                break;
            }
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
        List<Integer> ids = new ArrayList<>();
        for (String symbol : symbols) {
            int id = vocabulary.tokens.indexOf(symbol);
            if (id >= 0) {
                ids.add(id);
            } else {
                for (byte value : symbol.getBytes(StandardCharsets.UTF_8)) {
                    ids.add(2 + (value & 0xFF));
                }
            }
        }
        return ids;
    }

    @Test
    void mergesAsTheDefinitionSays() {
        long seed = 99;
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            Scored vocabulary = random(random);
            Tokenizer tokenizer = GgufTokenizer.of(vocabulary.metadata(false));
            for (int i = 0; i < 20; i++) {
                StringBuilder text = new StringBuilder();
                for (int n = random.nextInt(90); n > 0; n--) {
                    text.append("ab c\u00E9d".charAt(random.nextInt(6)));
                }
                List<Integer> expected =
                        byDefinition(vocabulary, text.toString().replace(' ', '\u2581'));
                int[] ids = tokenizer.encode(text, EncodeOptions.PLAIN);
                assertEquals(
                        expected,
                        Arrays.stream(ids).boxed().toList(),
                        "seed " + seed + ", round " + round + ", text \"" + text + "\"");
                if (vocabulary.tokens.contains("\u2581")) {
                    assertEquals(text.toString(), tokenizer.decode(ids, DecodeOptions.TEXT));
                }
            }
        }
    }

    @Test
    void aSpaceBeforeTheTextIsAddedAndTakenAway() {
        Scored vocabulary = random(new Random(1));
        vocabulary.add("\u2581", 1, -99);
        Tokenizer tokenizer = GgufTokenizer.of(vocabulary.metadata(true));
        for (String text : List.of("ab", " ab", "", "  a b ")) {
            int[] ids = tokenizer.encode(text, EncodeOptions.PROMPT);
            assertEquals(1, ids[0]);
            assertEquals(text, tokenizer.decode(ids, DecodeOptions.TEXT));
        }
    }
}
