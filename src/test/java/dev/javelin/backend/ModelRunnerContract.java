package dev.javelin.backend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.backend.RunnerHarness.Sequence;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.WeightFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ModelRunner} must do, whatever it runs on: a runner's own test extends this class. Models are
 * {@link TinyModel}s, plans come from {@link RunnerHarness} with blocks in random order, and numbers are compared with
 * {@link ReferenceModel}.
 */
public abstract class ModelRunnerContract {
    /** Sequences of a step. */
    protected static final int MAX_SLOTS = 12;
    /** Tokens of a step. */
    protected static final int MAX_STEP_TOKENS = 256;
    /** Tokens that the cache must hold at least. */
    protected static final int CACHE_TOKENS = 4096;

    private static final long SEED = 20_26L;

    private final List<ModelRunner> runners = new ArrayList<>();

    /** Prepares a model with the three limits above. */
    protected abstract ModelRunner runner(LoadedModel model);

    /** The model as the runner computes it: one that rounds weights gives them rounded, to the reference too. */
    protected LoadedModel load(TinyModel model) {
        return model.load(SEED);
    }

    /** How far a log-probability may be from the reference's: what this runner's number formats explain. */
    protected abstract double tolerance();

    /**
     * How far from going another way a random draw must be, as probability, for the runner to draw what the reference
     * does.
     */
    protected double drawSlack() {
        return 20 * tolerance();
    }

    /**
     * The same where a sequence is computed again after a preemption: 0 for a runner that repeats itself to the bit.
     */
    protected double recomputeSlack() {
        return 0;
    }

    /** Whether the runner takes the model at all: one that does not must refuse it by name. */
    protected boolean supports(TinyModel model) {
        return true;
    }

    @AfterEach
    void closeRunners() {
        runners.forEach(ModelRunner::close);
        runners.forEach(ModelRunner::close);
    }

    private RunnerHarness harness(TinyModel model) {
        ModelRunner runner = runner(load(model));
        runners.add(runner);
        return new RunnerHarness(runner, SEED);
    }

    private static int[] prompt(int tokens, long seed) {
        return new Random(seed).ints(tokens, 0, TinyModel.VOCABULARY_TOKENS - 3).toArray();
    }

    private Sequence alone(TinyModel model, SlotSampling sampling, int[] prompt, int drawnTokens) {
        RunnerHarness harness = harness(model);
        Sequence sequence = harness.start(0, sampling, prompt);
        harness.run(drawnTokens, sequence);
        return sequence;
    }

    /** Same tokens where a choice is clear, log-probabilities within the tolerance. */
    private void assertSame(List<TokenLogprobs> expected, List<TokenLogprobs> actual, int tokens) {
        assertEquals(tokens, actual.size());
        for (int i = 0; i < tokens; i++) {
            float[] top = expected.get(i).topLogprobs();
            boolean clear = top[0] - top[1] > 4 * tolerance();
            if (!clear && expected.get(i).tokenId() != actual.get(i).tokenId()) {
                return;
            }
            assertEquals(expected.get(i).tokenId(), actual.get(i).tokenId(), "token " + i);
            assertEquals(expected.get(i).logprob(), actual.get(i).logprob(), 2 * tolerance(), "token " + i);
        }
    }

    private static double[] logSoftmax(double[] logits) {
        double most = Arrays.stream(logits).max().orElseThrow();
        double sum = Arrays.stream(logits).map(v -> Math.exp(v - most)).sum();
        return Arrays.stream(logits).map(v -> v - most - Math.log(sum)).toArray();
    }

    private void assertScores(LoadedModel model, int[] tokens, List<TokenLogprobs> scores) {
        double[][] logits = new ReferenceModel(model).logits(tokens);
        for (int i = 0; i < scores.size(); i++) {
            double[] expected = logSoftmax(logits[i]);
            TokenLogprobs score = scores.get(i);
            assertEquals(tokens[i + 1], score.tokenId());
            assertEquals(expected[tokens[i + 1]], score.logprob(), tolerance(), "position " + i);
            for (int j = 0; j < score.topTokenIds().length; j++) {
                assertEquals(expected[score.topTokenIds()[j]], score.topLogprobs()[j], tolerance(), "top " + j);
                assertTrue(j == 0 || score.topLogprobs()[j] <= score.topLogprobs()[j - 1], "falling");
            }
            double[] sorted = Arrays.stream(expected).sorted().toArray();
            assertEquals(sorted[sorted.length - 20], score.topLogprobs()[19], tolerance(), "20th of " + i);
        }
    }

    @Test
    void scoresEveryPositionAsTheReferenceDoes() {
        List<TinyModel> models = new ArrayList<>(List.of(
                TinyModel.PLAIN,
                TinyModel.PLAIN.withWindow(23),
                new TinyModel(
                        4,
                        4,
                        32,
                        RotaryLayout.HALVES,
                        new RotaryScaling.Linear(2),
                        true,
                        false,
                        null,
                        false,
                        WeightFormat.F32,
                        -1),
                new TinyModel(
                        8,
                        1,
                        16,
                        RotaryLayout.HALVES,
                        new RotaryScaling.Llama3(8, 1, 4, 64),
                        false,
                        true,
                        null,
                        true,
                        WeightFormat.F32,
                        -1)));
        for (WeightFormat format : WeightFormat.values()) {
            models.add(TinyModel.PLAIN.withFormat(format));
        }
        for (TinyModel model : models) {
            if (supports(model)) {
                RunnerHarness harness = harness(model);
                int[] tokens = prompt(150, 1);
                Sequence sequence = harness.start(3, RunnerHarness.GREEDY, tokens);
                harness.feed(sequence, 150, false, Arrays.copyOfRange(tokens, 1, 150));
                harness.step();
                assertEquals(149, sequence.scores.size());
                assertEquals(150, sequence.knownTokens, "draws nothing");
                assertScores(load(model), tokens, sequence.scores);
            }
        }
    }

    @Test
    void drawsTheSameInABatchAsAlone() {
        RunnerHarness harness = harness(TinyModel.PLAIN);
        Sequence[] together = IntStream.range(0, 9)
                .mapToObj(i -> harness.start(i, RunnerHarness.GREEDY, prompt(3 + 5 * i, i)))
                .toArray(Sequence[]::new);
        harness.run(12, together);
        for (int i = 0; i < together.length; i++) {
            Sequence alone = alone(TinyModel.PLAIN, RunnerHarness.GREEDY, prompt(3 + 5 * i, i), 12);
            assertSame(alone.logprobs, together[i].logprobs, 12);
        }
    }

    @Test
    void drawsTheSameWhateverTheBatchSize() {
        Sequence alone = alone(TinyModel.PLAIN, RunnerHarness.GREEDY, prompt(10, 5), 6);
        for (int size = 2; size <= MAX_SLOTS; size++) {
            RunnerHarness harness = harness(TinyModel.PLAIN);
            Sequence[] together = IntStream.range(0, size)
                    .mapToObj(i -> harness.start(i, RunnerHarness.GREEDY, prompt(10, 5)))
                    .toArray(Sequence[]::new);
            harness.run(6, together);
            for (Sequence sequence : together) {
                assertSame(alone.logprobs, sequence.logprobs, 6);
            }
        }
    }

    @Test
    void takesAPromptInChunksOfAnySize() {
        int[] tokens = prompt(120, 2);
        Sequence whole = alone(TinyModel.PLAIN, RunnerHarness.GREEDY, tokens, 8);
        RunnerHarness harness = harness(TinyModel.PLAIN);
        Sequence other = harness.start(1, RunnerHarness.GREEDY, prompt(9, 9));
        harness.feedAll(other);
        Sequence chunked = harness.start(0, RunnerHarness.GREEDY, tokens);
        for (int chunk : new int[] {7, 1, 33, 2, 64, 5}) {
            harness.feed(
                    chunked,
                    chunk,
                    false,
                    Arrays.copyOfRange(tokens, chunked.lengthTokens + 1, chunked.lengthTokens + 1 + chunk));
            harness.step();
            harness.decode(other);
        }
        harness.run(8, chunked);
        assertSame(whole.logprobs, chunked.logprobs, 8);
        assertScores(load(TinyModel.PLAIN), tokens, chunked.scores);
    }

    @Test
    void continuesFromBlocksThatAnotherSequenceFilled() {
        RunnerHarness harness = harness(TinyModel.PLAIN);
        int blockTokens =
                runners.getLast().description().cachePlans().getFirst().blockTokens();
        int[] tokens = prompt(2 * blockTokens + 5, 3);
        Sequence first = harness.start(4, RunnerHarness.GREEDY, tokens);
        harness.run(3, first);
        int[] other = tokens.clone();
        other[2 * blockTokens] = (other[2 * blockTokens] + 1) % 100;
        Sequence second = harness.resume(7, RunnerHarness.GREEDY, other, other.length, first.blockIds.subList(0, 2));
        harness.decode(first);
        harness.feedAll(second);
        harness.step();
        for (int i = 0; i < 6; i++) {
            harness.decode(first);
            harness.decode(second);
            harness.step();
        }
        assertSame(alone(TinyModel.PLAIN, RunnerHarness.GREEDY, tokens, 10).logprobs, first.logprobs, 10);
        assertSame(alone(TinyModel.PLAIN, RunnerHarness.GREEDY, other, 7).logprobs, second.logprobs, 7);
    }

    @Test
    void resumesAPreemptedSequenceWithPenaltiesAndSeedUnchanged() {
        SamplingParams params = new SamplingParams(0.9, 40, 0.95, 0.01, 1.2, 0.4, 0.3, Map.of(), 7L);
        SlotSampling sampling = RunnerHarness.sampling(params, 7);
        int[] tokens = prompt(20, 4);
        Sequence whole = alone(TinyModel.PLAIN, sampling, tokens, 24);
        RunnerHarness harness = harness(TinyModel.PLAIN);
        Sequence before = harness.start(2, sampling, tokens);
        harness.run(9, before);
        harness.release(before);
        Sequence after = harness.resume(5, sampling, before.tokens(), tokens.length, List.of());
        harness.run(15, after);
        assertSameDraws(whole, after, sampling, tokens.length);
    }

    /** Equal, or first different where rounding may turn the draw: what is recomputed may pass other kernels. */
    private void assertSameDraws(Sequence expected, Sequence actual, SlotSampling sampling, int promptTokens) {
        int at = Arrays.mismatch(expected.tokens(), actual.tokens());
        if (at >= 0) {
            double[][] logits = new ReferenceModel(load(TinyModel.PLAIN)).logits(expected.tokens());
            double uniform =
                    CounterRandom.uniform(sampling.seed(), sampling.choiceIndex(), at, CounterRandom.Purpose.SAMPLE);
            double slack = ReferenceSampler.draw(
                            logits[at - 1],
                            sampling.params(),
                            Arrays.copyOf(expected.tokens(), at),
                            promptTokens,
                            uniform)
                    .slack();
            assertTrue(slack <= recomputeSlack(), "another token at " + at + ", where the draw's slack is " + slack);
        }
    }

    @Test
    void reusesSlotsAndBlocks() {
        RunnerHarness harness = harness(TinyModel.PLAIN);
        SamplingParams params = new SamplingParams(0, 0, 1, 0, 1.5, 0.5, 0.5, Map.of(3, 5f), null);
        for (int i = 0; i < 4; i++) {
            SlotSampling sampling = i % 2 == 0 ? RunnerHarness.GREEDY : RunnerHarness.sampling(params, 0);
            Sequence sequence = harness.start(6, sampling, prompt(40 + i, i));
            harness.run(10, sequence);
            Sequence alone = alone(TinyModel.PLAIN, sampling, prompt(40 + i, i), 10);
            assertSame(alone.logprobs, sequence.logprobs, 10);
            harness.release(sequence);
        }
    }

    @Test
    void crossesBlockBordersAtEveryOffset() {
        RunnerHarness probe = harness(TinyModel.PLAIN);
        assertNotEquals(null, probe);
        int blockTokens =
                runners.getLast().description().cachePlans().getFirst().blockTokens();
        for (int length : new int[] {1, blockTokens - 1, blockTokens, blockTokens + 1, 2 * blockTokens - 1}) {
            int[] tokens = prompt(length, length);
            Sequence sequence = alone(TinyModel.PLAIN, RunnerHarness.GREEDY, tokens, 4);
            double[][] logits = new ReferenceModel(load(TinyModel.PLAIN)).logits(sequence.tokens());
            for (int i = 0; i < 4; i++) {
                int id = sequence.logprobs.get(i).tokenId();
                double[] expected = logSoftmax(logits[length - 1 + i]);
                assertEquals(expected[id], sequence.logprobs.get(i).logprob(), tolerance());
                assertEquals(Arrays.stream(expected).max().orElseThrow(), expected[id], 4 * tolerance());
            }
        }
    }

    @Test
    void forksIntoIndependentSequences() {
        int[] tokens = prompt(21, 6);
        SamplingParams params = new SamplingParams(1.5, 0, 1, 0, 1, 0.5, 0, Map.of(), null);
        RunnerHarness harness = harness(TinyModel.PLAIN);
        Sequence first = harness.start(0, RunnerHarness.sampling(params, 11), tokens);
        harness.run(5, first);
        Sequence same = harness.fork(first, 1, RunnerHarness.sampling(params, 11));
        Sequence other = harness.fork(first, 2, RunnerHarness.sampling(params, 12));
        for (int i = 0; i < 10; i++) {
            harness.decode(first);
            harness.decode(same);
            harness.decode(other);
            harness.step();
        }
        int[] alone = alone(TinyModel.PLAIN, RunnerHarness.sampling(params, 11), tokens, 15)
                .tokens();
        assertArrayEquals(alone, first.tokens());
        assertArrayEquals(alone, same.tokens());
        assertFalse(Arrays.equals(alone, other.tokens()), "another seed draws another answer");
    }

    @Test
    void forgetsTokensThatWereTakenBack() {
        SamplingParams params = new SamplingParams(0, 0, 1, 0, 1.3, 0.7, 0.9, Map.of(), null);
        SlotSampling sampling = RunnerHarness.sampling(params, 0);
        int[] tokens = prompt(30, 8);
        RunnerHarness harness = harness(TinyModel.PLAIN);
        Sequence sequence = harness.start(0, sampling, tokens);
        harness.run(9, sequence);
        harness.truncate(sequence, 33);
        int[] kept = sequence.tokens();
        for (int id : new int[] {50, 51, 52, 50}) {
            sequence.add(id);
        }
        sequence.logprobs.clear();
        harness.run(8, sequence);
        int[] expected = Arrays.copyOf(kept, 37);
        System.arraycopy(new int[] {50, 51, 52, 50}, 0, expected, 33, 4);
        RunnerHarness fresh = harness(TinyModel.PLAIN);
        Sequence direct = fresh.resume(0, sampling, expected, tokens.length, List.of());
        fresh.run(8, direct);
        assertSame(direct.logprobs, sequence.logprobs, 8);
    }

    @Test
    void drawsOnlyWhatAMaskAllows() {
        RunnerHarness harness = harness(TinyModel.PLAIN);
        SamplingParams hot = new SamplingParams(2, 0, 1, 0, 1, 0, 0, Map.of(), 1L);
        Sequence greedy = harness.start(0, RunnerHarness.GREEDY, prompt(5, 1));
        Sequence random = harness.start(1, RunnerHarness.sampling(hot, 1), prompt(6, 2));
        Sequence free = harness.start(2, RunnerHarness.GREEDY, prompt(7, 3));
        for (int i = 0; i < 8; i++) {
            harness.allow(greedy, 17, 63, 64, TinyModel.VOCABULARY_TOKENS - 1);
            harness.allow(random, 130);
            if (i == 0) {
                harness.feedAll(greedy);
                harness.feedAll(random);
                harness.feedAll(free);
            } else {
                harness.decode(greedy);
                harness.decode(random);
                harness.decode(free);
            }
            harness.step();
        }
        double[][] logits = new ReferenceModel(load(TinyModel.PLAIN)).logits(Arrays.copyOf(greedy.tokens(), 12));
        for (int i = 0; i < 8; i++) {
            double[] row = logits[4 + i];
            int best = IntStream.of(17, 63, 64, TinyModel.VOCABULARY_TOKENS - 1)
                    .boxed()
                    .max((a, b) -> Double.compare(row[a], row[b]))
                    .orElseThrow();
            assertEquals(row[best], row[greedy.tokens()[5 + i]], 4 * tolerance());
            assertEquals(130, random.tokens()[6 + i]);
        }
        assertSame(alone(TinyModel.PLAIN, RunnerHarness.GREEDY, prompt(7, 3), 8).logprobs, free.logprobs, 8);
    }

    @Test
    void holdsTokensBackUntilTheAnswerIsLongEnough() {
        int[] tokens = prompt(11, 12);
        int eos = 77;
        SamplingParams wantsEos = new SamplingParams(0, 0, 1, 0, 1, 0, 0, Map.of(eos, 100f), null);
        SlotSampling sampling = new SlotSampling(wantsEos, 0, 0, 4, new int[] {eos, 78}, 20, null);
        Sequence sequence = alone(TinyModel.PLAIN, sampling, tokens, 6);
        int[] answer = Arrays.copyOfRange(sequence.tokens(), 11, 17);
        assertEquals(
                0,
                Arrays.stream(answer)
                        .limit(4)
                        .filter(id -> id == eos || id == 78)
                        .count());
        assertEquals(eos, answer[4]);
        assertEquals(eos, answer[5]);
    }

    @Test
    void drawsWhatTheReferenceSamplerDraws() {
        Random random = new Random(SEED);
        LoadedModel model = load(TinyModel.PLAIN);
        int compared = 0;
        for (int round = 0; round < 40; round++) {
            SamplingParams params = new SamplingParams(
                    round % 8 == 0 ? 0 : 0.3 + random.nextDouble() * 1.5,
                    round % 3 == 0 ? 0 : 1 + random.nextInt(30),
                    round % 4 == 0 ? 1 : 0.3 + 0.7 * random.nextDouble(),
                    round % 5 == 0 ? random.nextDouble() * 0.2 : 0,
                    round % 2 == 0 ? 1 : 0.5 + random.nextDouble() * 1.5,
                    random.nextDouble() * 2 - 1,
                    random.nextDouble() * 2 - 1,
                    Map.of(random.nextInt(200), 3f, 200, -5f),
                    null);
            long seed = random.nextLong();
            int choice = random.nextInt(5);
            SlotSampling sampling = new SlotSampling(params, seed, choice, 0, new int[0], 0, null);
            int[] tokens = prompt(6 + round, round);
            Sequence sequence = alone(TinyModel.PLAIN, sampling, tokens, 5);
            double[][] logits = new ReferenceModel(model).logits(sequence.tokens());
            for (int at = tokens.length; at < sequence.knownTokens; at++) {
                double uniform = CounterRandom.uniform(seed, choice, at, CounterRandom.Purpose.SAMPLE);
                ReferenceSampler expected = ReferenceSampler.draw(
                        logits[at - 1], params, Arrays.copyOf(sequence.tokens(), at), tokens.length, uniform);
                if (expected.slack() > drawSlack()) {
                    assertEquals(expected.tokenId(), sequence.tokens()[at], "round " + round + ", position " + at);
                    compared++;
                }
                double[] raw = logSoftmax(logits[at - 1]);
                TokenLogprobs given = sequence.logprobs.get(at - tokens.length);
                assertEquals(raw[sequence.tokens()[at]], given.logprob(), tolerance(), "before any change");
            }
        }
        assertTrue(compared > 20, "only " + compared + " draws were clear");
    }

    @Test
    void choicesOfOneSeedDiffer() {
        SamplingParams params = new SamplingParams(2, 0, 1, 0, 1, 0, 0, Map.of(), 5L);
        int[] zero = alone(TinyModel.PLAIN, new SlotSampling(params, 5, 0, 0, new int[0], null, null), prompt(9, 1), 12)
                .tokens();
        int[] again = alone(
                        TinyModel.PLAIN, new SlotSampling(params, 5, 0, 0, new int[0], null, null), prompt(9, 1), 12)
                .tokens();
        int[] one = alone(TinyModel.PLAIN, new SlotSampling(params, 5, 1, 0, new int[0], null, null), prompt(9, 1), 12)
                .tokens();
        assertArrayEquals(zero, again);
        assertFalse(Arrays.equals(zero, one));
    }

    @Test
    void aBadRowSpoilsNoOtherAndItsBlocksAreUsableAgain() {
        TinyModel model = TinyModel.PLAIN.withBadToken(TinyModel.VOCABULARY_TOKENS - 2);
        int[] poison = prompt(40, 7);
        poison[20] = TinyModel.VOCABULARY_TOKENS - 2;
        // the tied head gives NaN to every row, so the head is another matrix
        TinyModel untied = new TinyModel(
                model.heads(),
                model.kvHeads(),
                model.headDim(),
                model.layout(),
                model.scaling(),
                false,
                false,
                null,
                false,
                WeightFormat.F32,
                model.badTokenId());
        RunnerHarness harness = harness(untied);
        Sequence good = harness.start(0, RunnerHarness.GREEDY, prompt(33, 1));
        Sequence bad = harness.start(1, RunnerHarness.GREEDY, poison);
        harness.feedAll(good);
        harness.feed(bad, 40, true, Arrays.copyOfRange(poison, 1, 40));
        StepResult result = harness.step();
        assertEquals(RowStatus.OK, good.status);
        assertEquals(RowStatus.BAD_LOGITS, bad.status);
        assertEquals(1, result.tokenIds().length);
        harness.release(bad);
        Sequence next = harness.start(1, RunnerHarness.GREEDY, prompt(37, 2));
        harness.feedAll(next);
        harness.decode(good);
        harness.step();
        for (int i = 0; i < 5; i++) {
            harness.decode(next);
            harness.decode(good);
            harness.step();
        }
        assertSame(alone(untied, RunnerHarness.GREEDY, prompt(33, 1), 7).logprobs, good.logprobs, 7);
        assertSame(alone(untied, RunnerHarness.GREEDY, prompt(37, 2), 6).logprobs, next.logprobs, 6);
    }

    @Test
    void givesNoLogprobsThatNobodyAskedFor() {
        SlotSampling silent = new SlotSampling(SamplingParams.GREEDY, 0, 0, 0, new int[0], null, null);
        RunnerHarness harness = harness(TinyModel.PLAIN);
        Sequence sequence = harness.start(0, silent, prompt(5, 1));
        harness.feedAll(sequence);
        StepResult result = harness.step();
        assertEquals(List.of(), result.logprobs());
        assertEquals(List.of(), result.scores());
        assertTrue(result.computeNanos() > 0);
    }

    @Test
    void takesAPlanWithoutRows() {
        RunnerHarness harness = harness(TinyModel.PLAIN);
        harness.start(0, RunnerHarness.GREEDY, 1, 2, 3);
        assertEquals(0, harness.step().tokenIds().length);
    }
}
