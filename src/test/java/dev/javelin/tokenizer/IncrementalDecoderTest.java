package dev.javelin.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.javelin.tokenizer.huggingface.TokenizerJson;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class IncrementalDecoderTest {
    static List<String> names() {
        return Resources.TINY;
    }

    private static Tokenizer tiny(String name) {
        return TokenizerJson.of(Resources.json("tiny-" + name + ".json"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void anySplitOfAnyIdsGivesTheWholeText(String name) {
        long seed = 20261122;
        Random random = new Random(seed);
        Tokenizer tokenizer = tiny(name);
        for (int round = 0; round < 400; round++) {
            int[] ids = round % 2 == 0
                    ? random.ints(random.nextInt(30), 0, tokenizer.vocabularySize())
                            .toArray()
                    : tokenizer.encode(RandomText.of(random, 20), true);
            DecodeOptions options = new DecodeOptions(random.nextBoolean());
            String whole = tokenizer.decode(ids, options);
            IncrementalDecoder decoder = tokenizer.decoder(options);
            StringBuilder joined = new StringBuilder();
            for (int at = 0; at < ids.length; ) {
                int next = Math.min(ids.length, at + 1 + random.nextInt(3));
                String delta = decoder.push(Arrays.copyOfRange(ids, at, next));
                assertWholeCharacters(delta, seed);
                joined.append(delta);
                at = next;
            }
            joined.append(decoder.finish());
            assertEquals(whole, joined.toString(), "seed " + seed + ", round " + round);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatFollowsAPromptIsTheRestOfTheWholeText(String name) {
        long seed = 7;
        Random random = new Random(seed);
        Tokenizer tokenizer = tiny(name);
        for (int round = 0; round < 200; round++) {
            int[] ids = tokenizer.encode(RandomText.of(random, 12), false);
            int cut = random.nextInt(ids.length + 1);
            int[] prompt = Arrays.copyOf(ids, cut);
            IncrementalDecoder before = tokenizer.decoder(DecodeOptions.TEXT);
            String promptText = before.push(prompt);
            IncrementalDecoder after = tokenizer.decoderAfter(prompt, DecodeOptions.TEXT);
            String rest = after.push(Arrays.copyOfRange(ids, cut, ids.length)) + after.finish();
            assertEquals(tokenizer.decode(ids, DecodeOptions.TEXT), promptText + rest, "seed " + seed);
        }
    }

    @Test
    void anAnswersFirstSpaceStaysBehindAPromptAndGoesAtATextsStart() {
        Tokenizer tokenizer = tiny("sentence-piece");
        int[] prompt = tokenizer.encode("the", true);
        int[] answer = tokenizer.encode("word", false);
        IncrementalDecoder continued = tokenizer.decoderAfter(prompt, DecodeOptions.TEXT);
        assertEquals(" word", continued.push(answer) + continued.finish());
        assertEquals("word", tokenizer.decode(answer, DecodeOptions.TEXT));
        int[] onlyBos = {tokenizer.tokenId("<s>").orElseThrow()};
        IncrementalDecoder begun = tokenizer.decoderAfter(onlyBos, DecodeOptions.TEXT);
        assertEquals("word", begun.push(answer) + begun.finish());
    }

    @Test
    void aCharacterOfFourTokensAppearsWithItsLast() {
        Tokenizer tokenizer = tiny("byte-level");
        int[] ids = tokenizer.encode("\uD835\uDCB3", false);
        assertEquals(4, ids.length);
        IncrementalDecoder decoder = tokenizer.decoder(DecodeOptions.TEXT);
        assertEquals("", decoder.push(ids[0]) + decoder.push(ids[1]) + decoder.push(ids[2]));
        assertEquals("\uD835\uDCB3", decoder.push(ids[3]));
        assertEquals("", decoder.finish());
        String unused = decoder.push(ids[0]) + decoder.push(ids[1]);
        assertEquals("", unused);
        assertEquals("\uFFFD", decoder.finish());
    }

    @Test
    void bytesThatAreNoUtf8AreReplacedAsPythonDoes() {
        JsonNode cases = Resources.json("utf8.golden.json");
        assertEquals(800, cases.size());
        for (JsonNode test : cases) {
            Utf8Decoder decoder = new Utf8Decoder();
            StringBuilder text = new StringBuilder();
            for (byte value : HexFormat.of().parseHex(test.get("hex").stringValue())) {
                decoder.push(value, text);
            }
            decoder.finish(text);
            assertEquals(
                    test.get("text").stringValue(),
                    text.toString(),
                    test.get("hex").stringValue());
        }
    }

    private static void assertWholeCharacters(String delta, long seed) {
        if (!delta.isEmpty()) {
            assertFalse(Character.isHighSurrogate(delta.charAt(delta.length() - 1)), "seed " + seed);
            assertFalse(Character.isLowSurrogate(delta.charAt(0)), "seed " + seed);
        }
    }
}
