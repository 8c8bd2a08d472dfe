package dev.javelin.tokenizer.pretokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.tokenizer.RandomText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Hand-written scanners against the regular expressions that they replace. */
class ScannersTest {
    static List<Map.Entry<String, PreTokenizer>> twins() {
        return List.of(
                Map.entry(Regexes.GPT2, new Gpt2Scanner()),
                Map.entry(Regexes.words("\\p{N}{1,3}"), new WordScanner(3)),
                Map.entry(Regexes.words("\\p{N}"), new WordScanner(1)),
                Map.entry("\\p{N}", new NumberSplit()));
    }

    static List<String> pieces(PreTokenizer rule, String text, int start, int end) {
        List<String> pieces = new ArrayList<>();
        rule.split(
                text,
                start,
                end,
                start == 0,
                (piece, from, to, first) -> pieces.add(piece.substring(from, to) + (first ? "^" : "")));
        return pieces;
    }

    @ParameterizedTest
    @MethodSource("twins")
    void scannersCutAsTheirExpressions(Map.Entry<String, PreTokenizer> twin) {
        PreTokenizer regex = RegexSplit.isolating(RegexPattern.compile(twin.getKey()));
        long seed = 4;
        Random random = new Random(seed);
        for (int round = 0; round < 8000; round++) {
            String text = RandomText.of(random, 1 + random.nextInt(14));
            int start = text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length())));
            int end = random.nextBoolean() ? text.length() : text.offsetByCodePoints(start, 1);
            assertEquals(pieces(regex, text, start, end), pieces(twin.getValue(), text, start, end), "seed " + seed);
        }
    }

    @ParameterizedTest
    @MethodSource("twins")
    void scannersKnowEveryCharacter(Map.Entry<String, PreTokenizer> twin) {
        PreTokenizer regex = RegexSplit.isolating(RegexPattern.compile(twin.getKey()));
        for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
                String text = "a" + Character.toString(codePoint) + "b'" + Character.toString(codePoint);
                assertEquals(
                        pieces(regex, text, 0, text.length()),
                        pieces(twin.getValue(), text, 0, text.length()),
                        Integer.toHexString(codePoint));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void namedRulesCutWithoutLosingAnything(NamedPreTokenizer rule) {
        long seed = 5;
        Random random = new Random(seed);
        PreTokenizer cutter = rule.preTokenizer();
        for (int round = 0; round < 300; round++) {
            String text = RandomText.of(random, 20);
            List<String> pieces = new ArrayList<>();
            cutter.split(text, 0, text.length(), true, (piece, from, to, first) -> {
                assertTrue(from < to);
                assertEquals(pieces.isEmpty(), first);
                pieces.add(piece.substring(from, to));
            });
            assertEquals(text, String.join("", pieces), "seed " + seed);
        }
    }

    @Test
    void everyNameIsFoundAndUnique() {
        List<String> names = NamedPreTokenizer.knownNames();
        assertEquals(names.stream().distinct().toList(), names);
        for (String name : names) {
            assertTrue(NamedPreTokenizer.of(name).orElseThrow().names().contains(name));
        }
        assertTrue(names.containsAll(List.of(
                "default",
                "llama-bpe",
                "smollm",
                "gpt-2",
                "qwen2",
                "qwen35",
                "deepseek-llm",
                "deepseek-v3",
                "deepseek-coder",
                "tekken",
                "gpt-4o",
                "starcoder",
                "refact",
                "command-r",
                "olmo",
                "falcon")));
    }

    @Test
    void knownRulesCutAsTheirModelsDo() {
        assertEquals(List.of("We", "'ll", " see", " ", "1", "2", "3", "!"), words("smollm", "We'll see 123!"));
        assertEquals(List.of("We", "'LL", " see", " ", "123", "4", "!\n"), words("llama-bpe", "We'LL see 1234!\n"));
        assertEquals(List.of("a", " ", "1", "2", "\t", " b"), words("qwen2", "a 12\t b"));
        assertEquals(List.of("hello", "World", " ABCdef", " ", "1", "2"), words("tekken", "helloWorld ABCdef 12"));
        assertEquals(List.of("don't", " ", "123", "4"), words("gpt-4o", "don't 1234"));
        assertEquals(List.of("\u0915\u094D\u0937"), words("qwen35", "\u0915\u094D\u0937"));
        assertEquals(List.of("\u0915", "\u094D\u0937"), words("qwen2", "\u0915\u094D\u0937"));
        assertEquals(List.of("a", "+=", "b", " ", "123", "4"), words("falcon", "a+=b 1234"));
    }

    private static List<String> words(String name, String text) {
        return pieces(NamedPreTokenizer.of(name).orElseThrow().preTokenizer(), text, 0, text.length()).stream()
                .map(piece -> piece.replace("^", ""))
                .toList();
    }
}
