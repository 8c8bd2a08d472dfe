package dev.javelin.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.RunnerHarness;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.architecture.GgufModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * SmolLM2-135M-Instruct's greedy continuation against {@code make_golden_continuation.py}. Needs the model's file:
 * {@code -Dsmollm2.path=...}.
 */
class ContinuationTest {
    private static final double LOGIT_BOUND = 0.3;

    /** One token of the reference: its id, then ids and logits of the ten largest. */
    private record Expected(int tokenId, int[] topTokenIds, double[] topLogits) {}

    @Test
    void continuesAsTheReferenceDoes() throws IOException {
        String path = System.getProperty("smollm2.path", "");
        Assumptions.assumeTrue(
                !path.isEmpty() && Files.exists(Path.of(path)),
                "skipped: -Dsmollm2.path names no file, '" + path + "'");
        List<String> lines = lines();
        int[] prompt = ids(lines.getFirst());
        List<Expected> answer =
                lines.stream().skip(1).map(ContinuationTest::expected).toList();
        for (CacheFormat format : CacheFormat.values()) {
            List<TokenLogprobs> given = given(Path.of(path), format, prompt, answer);
            for (int i = 0; i < answer.size(); i++) {
                check(answer.get(i), given.get(prompt.length - 1 + i), format + ", token " + i);
            }
        }
    }

    private static void check(Expected expected, TokenLogprobs given, String where) {
        int chosen = given.topTokenIds()[0];
        double loss = Double.POSITIVE_INFINITY;
        for (int i = 0; i < expected.topTokenIds().length; i++) {
            if (expected.topTokenIds()[i] == chosen) {
                loss = expected.topLogits()[0] - expected.topLogits()[i];
            }
        }
        assertTrue(loss <= LOGIT_BOUND, where + " chooses " + chosen + ", " + loss + " below the best");
        assertEquals(expected.tokenId(), given.tokenId());
    }

    /** Scores of the prompt and the reference's own answer, so that one difference does not lead to others. */
    private static List<TokenLogprobs> given(Path path, CacheFormat format, int[] prompt, List<Expected> answer) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + answer.size());
        for (int i = 0; i < answer.size(); i++) {
            tokens[prompt.length + i] = answer.get(i).tokenId();
        }
        try (LoadedModel model = GgufModels.open(path);
                CpuModelRunner runner =
                        CpuModelRunner.create(model, new CpuSettings(2, 2, 64, 32, 64L << 20, format))) {
            RunnerHarness harness = new RunnerHarness(runner, 1);
            RunnerHarness.Sequence sequence = harness.start(0, RunnerHarness.GREEDY, tokens);
            harness.feed(sequence, prompt.length, false, Arrays.copyOfRange(tokens, 1, prompt.length + 1));
            harness.step();
            for (int i = prompt.length; i < tokens.length - 1; i++) {
                harness.feed(sequence, 1, false, tokens[i + 1]);
                harness.step();
            }
            return new ArrayList<>(sequence.scores());
        }
    }

    private static List<String> lines() throws IOException {
        String name = "/golden/continuation/smollm2-135m-instruct-q4_1.txt";
        try (InputStream in = Objects.requireNonNull(ContinuationTest.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    private static int[] ids(String line) {
        return Arrays.stream(line.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }

    private static Expected expected(String line) {
        List<String> words = List.of(line.split(" ", -1));
        List<String> pairs = words.subList(1, words.size());
        return new Expected(
                Integer.parseInt(words.getFirst()),
                pairs.stream()
                        .mapToInt(pair -> Integer.parseInt(pair.substring(0, pair.indexOf(':'))))
                        .toArray(),
                pairs.stream()
                        .mapToDouble(pair -> Double.parseDouble(pair.substring(pair.indexOf(':') + 1)))
                        .toArray());
    }
}
