package dev.javelin.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.RunnerHarness;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.architecture.GgufModels;
import dev.javelin.model.hub.RealModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * SmolLM2-135M-Instruct's greedy answers against those of transformers over the same weights
 * ({@code make_smollm2_golden.py}): kernels differ at near ties, so each chosen token must be within 0.3 logit of the
 * reference's best at that position.
 */
class ContinuationTest {
    private static final double LOGIT_BOUND = 0.3;
    private static final String PROMPT = "prompt ";

    /**
     * One position of the reference.
     *
     * @param tokenIds every token within 1.0 logit of the best, the best first
     * @param logits theirs
     */
    private record Expected(int[] tokenIds, double[] logits) {}

    /** One prompt with the reference's answer. */
    private record Conversation(int[] promptTokenIds, List<Expected> answer) {}

    @ParameterizedTest
    @EnumSource(CacheFormat.class)
    void continuesAsTheReferenceDoes(CacheFormat format) throws IOException {
        Path path = RealModel.path();
        List<Conversation> conversations = conversations();
        assertEquals(4, conversations.size());
        for (Conversation conversation : conversations) {
            List<TokenLogprobs> given = given(path, format, conversation);
            int[] prompt = conversation.promptTokenIds();
            for (int i = 0; i < conversation.answer().size(); i++) {
                check(conversation.answer().get(i), given.get(prompt.length - 1 + i), format + ", token " + i);
            }
        }
    }

    private static void check(Expected expected, TokenLogprobs given, String where) {
        int chosen = given.topTokenIds()[0];
        double loss = Double.POSITIVE_INFINITY;
        for (int i = 0; i < expected.tokenIds().length; i++) {
            if (expected.tokenIds()[i] == chosen) {
                loss = expected.logits()[0] - expected.logits()[i];
            }
        }
        assertTrue(loss <= LOGIT_BOUND, where + " chooses " + chosen + ", " + loss + " below the best");
        assertEquals(expected.tokenIds()[0], given.tokenId());
    }

    /** Scores of the prompt and the reference's own answer, so that one difference does not lead to others. */
    private static List<TokenLogprobs> given(Path path, CacheFormat format, Conversation conversation) {
        int[] prompt = conversation.promptTokenIds();
        List<Expected> answer = conversation.answer();
        int[] tokens = Arrays.copyOf(prompt, prompt.length + answer.size());
        for (int i = 0; i < answer.size(); i++) {
            tokens[prompt.length + i] = answer.get(i).tokenIds()[0];
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

    private static List<Conversation> conversations() throws IOException {
        String name = "/golden/smollm2/greedy.txt";
        List<Conversation> conversations = new ArrayList<>();
        try (InputStream in = Objects.requireNonNull(ContinuationTest.class.getResourceAsStream(name), name)) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList()) {
                if (line.startsWith(PROMPT)) {
                    conversations.add(new Conversation(ids(line.substring(PROMPT.length())), new ArrayList<>()));
                } else {
                    conversations.getLast().answer().add(expected(line));
                }
            }
        }
        return conversations;
    }

    private static int[] ids(String line) {
        return Arrays.stream(line.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
    }

    private static Expected expected(String line) {
        List<String> pairs = List.of(line.split(" ", -1));
        return new Expected(
                pairs.stream()
                        .mapToInt(pair -> Integer.parseInt(pair.substring(0, pair.indexOf(':'))))
                        .toArray(),
                pairs.stream()
                        .mapToDouble(pair -> Double.parseDouble(pair.substring(pair.indexOf(':') + 1)))
                        .toArray());
    }
}
