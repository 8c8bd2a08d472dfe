package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.TokenLogprobs;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class SamplingGpuTest {
    private static final int LARGE_VOCABULARY = 128_256;
    private static final double CLEAR = 1e-9;
    private static final SamplingParams PLAIN = params(1, 0, 1);

    private static SamplingParams params(double temperature, int topK, double topP) {
        return new SamplingParams(temperature, topK, topP, 0, 1, 0, 0, Map.of(), null);
    }

    private static SlotSampling slotSampling(SamplingParams params, long seed) {
        return new SlotSampling(params, seed, 0, 0, new int[0], null, null);
    }

    @Test
    void drawsWhatTheReferenceAndTheCpuDraw() {
        int[][] plans = {{203, 12, 60}, {1000, 16, 40}, {50_257, 16, 16}, {LARGE_VOCABULARY, 24, 16}};
        int[] compared = new int[2];
        for (int[] plan : plans) {
            try (SamplingWork work = new SamplingWork(plan[0], 2 * plan[1], plan[1])) {
                for (int round = 0; round < plan[2]; round++) {
                    drawsBatch(work, plan[0], plan[1], plan[0] * 1000L + round, compared);
                }
            }
        }
        assertTrue(compared[0] > 1700, compared[0] + " draws were clear, " + compared[1] + " were not");
    }

    private static void drawsBatch(SamplingWork work, int vocabulary, int rows, long seed, int[] compared) {
        Random random = new Random(seed);
        SamplingCase[] cases = new SamplingCase[rows];
        Arrays.setAll(cases, row -> SamplingCase.random(random, vocabulary));
        int[] slots = random.ints(0, 2 * rows).distinct().limit(rows).toArray();
        for (int row = 0; row < rows; row++) {
            work.init(slots[row], cases[row].sampling(), cases[row].tokenIds(), cases[row].promptTokens());
            slots[row] = random.nextInt(12) == 0 ? -1 : slots[row];
        }
        work.flush();
        work.putLogits(Arrays.stream(cases).map(SamplingCase::logits).toArray(float[][]::new));
        int[] lengths = Arrays.stream(cases).mapToInt(SamplingCase::position).toArray();
        long[] @Nullable [] masks = new long[rows][];
        Arrays.setAll(masks, row -> cases[row].allowedBits());
        int[][] drawn = work.draw(work.putRows(slots, lengths), work.putMasks(masks));
        for (int row = 0; row < rows; row++) {
            if (slots[row] < 0) {
                continue;
            }
            String what = "vocabulary " + vocabulary + ", seed " + seed + ", row " + row + ", " + cases[row].sampling();
            assertEquals(0, drawn[1][row], what);
            assertEquals(drawn[0][row], work.lastToken(slots[row]), what);
            SamplingReference expected = cases[row].reference();
            compared[expected.slack() > CLEAR ? 0 : 1]++;
            if (expected.slack() > CLEAR) {
                assertEquals(expected.tokenId(), drawn[0][row], what);
                assertEquals(cases[row].drawOnCpu(), drawn[0][row], "as on the CPU: " + what);
            }
        }
    }

    @Test
    void drawsTheSameAloneAndInABatch() {
        int rows = 256;
        try (SamplingWork work = new SamplingWork(LARGE_VOCABULARY, rows, rows)) {
            SamplingParams[] kinds = {PLAIN, params(1.3, 0, 0.9), params(0.7, 50, 0.8), params(2, 4000, 1)};
            work.putLogits(SamplingCase.normal(new Random(5), LARGE_VOCABULARY, 3));
            for (int row = 0; row < rows; row++) {
                work.init(row, slotSampling(kinds[row % kinds.length], row), new int[] {1}, 1);
                if (row > 0) {
                    DeviceCopies.deviceToDevice(
                            work.work.stream(), work.row(row), work.row(0), LARGE_VOCABULARY * (long) Float.BYTES);
                }
            }
            work.flush();
            int[] slots = IntStream.range(0, rows).toArray();
            int[] lengths = IntStream.range(100, 100 + rows).toArray();
            int[][] together = work.draw(work.putRows(slots, lengths), null);
            assertArrayEquals(new int[rows], together[1]);
            for (int count : new int[] {1, 3, 40}) {
                for (int from = 0; from + count <= 120; from += count) {
                    SampledRows some = work.putRows(
                            Arrays.copyOfRange(slots, from, from + count),
                            Arrays.copyOfRange(lengths, from, from + count));
                    assertArrayEquals(
                            Arrays.copyOfRange(together[0], from, from + count),
                            work.draw(some, null)[0],
                            count + " rows from " + from);
                }
            }
        }
    }

    @Test
    void drawsEachTokenAsOftenAsItIsLikely() {
        int vocabulary = 203;
        int rows = 256;
        int launches = 200;
        float[] row = SamplingCase.normal(new Random(9), vocabulary, 1.5);
        try (SamplingWork work = new SamplingWork(vocabulary, rows, rows)) {
            float[][] all = new float[rows][];
            Arrays.fill(all, row);
            work.putLogits(all);
            for (int slot = 0; slot < rows; slot++) {
                work.init(slot, slotSampling(PLAIN, 77 + slot), new int[] {1}, 1);
            }
            work.flush();
            int[] seen = new int[vocabulary];
            for (int launch = 0; launch < launches; launch++) {
                int[] lengths = new int[rows];
                Arrays.fill(lengths, launch + 1);
                SampledRows sampled = work.putRows(IntStream.range(0, rows).toArray(), lengths);
                Arrays.stream(work.draw(sampled, null)[0]).forEach(id -> seen[id]++);
            }
            assertPlausible(row, seen, rows * launches);
        }
    }

    /** Chi-square over tokens that are expected often enough, within six standard deviations. */
    private static void assertPlausible(float[] row, int[] seen, int draws) {
        double sum = IntStream.range(0, row.length)
                .mapToDouble(i -> Math.exp(row[i]))
                .sum();
        double distance = 0;
        int cells = 0;
        for (int id = 0; id < row.length; id++) {
            double expected = draws * Math.exp(row[id]) / sum;
            if (expected >= 8) {
                distance += (seen[id] - expected) * (seen[id] - expected) / expected;
                cells++;
            }
        }
        assertTrue(cells > 100 && distance < cells + 6 * Math.sqrt(2 * cells), distance + " over " + cells + " tokens");
    }

    @Test
    void keepsWhatABadRowHadAndSpoilsNoOther() {
        int vocabulary = 1000;
        SamplingParams penalties = new SamplingParams(0, 0, 1, 0, 1.2, 0, 0, Map.of(), null);
        try (SamplingWork work = new SamplingWork(vocabulary, 4, 4)) {
            float[][] logits = new float[4][];
            for (int row = 0; row < 4; row++) {
                logits[row] = SamplingCase.normal(new Random(row), vocabulary, 2);
                work.init(row, slotSampling(row < 2 ? penalties : PLAIN, row), new int[] {3, 4}, 1);
            }
            work.flush();
            int[] slots = {0, 1, 2, 3};
            work.putLogits(logits);
            int[][] good = work.draw(work.putRows(slots, new int[] {2, 2, 2, 2}), null);
            logits[0][999] = Float.NaN;
            logits[3][17] = Float.POSITIVE_INFINITY;
            work.putLogits(logits);
            int[] before = work.counts(0);
            int[][] mixed = work.draw(work.putRows(slots, new int[] {2, 2, 2, 2}), null);
            assertArrayEquals(new int[] {1, 0, 0, 1}, mixed[1]);
            assertArrayEquals(new int[] {-1, good[0][1], good[0][2], -1}, mixed[0]);
            assertArrayEquals(before, work.counts(0));
            assertEquals(good[0][0], work.lastToken(0));
            assertEquals(good[0][3], work.lastToken(3));
        }
    }

    @Test
    void appliesSlotOperationsInTheirOrder() {
        int vocabulary = 501;
        SamplingParams penalties = new SamplingParams(1, 0, 1, 0, 1.2, 0.1, 0.1, Map.of(7, 2f), null);
        SlotSampling counted = slotSampling(penalties, 1);
        try (SamplingWork work = new SamplingWork(vocabulary, 6, 4)) {
            int[] first = new Random(1).ints(4000, 0, vocabulary).toArray();
            int[] second = new Random(2).ints(50, 0, vocabulary).toArray();
            int[] many = new int[40_000];
            Arrays.fill(many, 500);
            var stream = work.work.stream();
            work.init(0, counted, first, 1000);
            work.state.fork(new SlotOp.Fork(1, 0, 1, counted), stream, work.staging());
            work.init(0, counted, second, 10);
            work.state.fork(new SlotOp.Fork(2, 0, 2, counted), stream, work.staging());
            work.state.fork(new SlotOp.Fork(3, 1, 3, counted), stream, work.staging());
            work.state.recount(1, first, 1000, 7, stream, work.staging());
            work.init(4, counted, many, 1);
            work.init(5, slotSampling(PLAIN, 1), first, 3);
            work.flush();
            assertArrayEquals(counts(vocabulary, second, 10, 50), work.counts(0));
            assertArrayEquals(counts(vocabulary, first, 1000, 1007), work.counts(1));
            assertArrayEquals(counts(vocabulary, second, 10, 50), work.counts(2));
            assertArrayEquals(counts(vocabulary, first, 1000, 4000), work.counts(3));
            assertEquals(0xFFFF, work.counts(4)[500]);
            assertTrue(work.state.isCounted(3) && !work.state.isCounted(5));
        }
    }

    private static int[] counts(int vocabulary, int[] tokenIds, int promptTokens, int allTokens) {
        int[] counts = new int[vocabulary];
        for (int i = 0; i < allTokens; i++) {
            int id = tokenIds[i];
            counts[id] = i < promptTokens ? counts[id] | 0x8000 : counts[id] + 1;
        }
        return counts;
    }

    @Test
    void replaysFromAGraph() {
        int vocabulary = LARGE_VOCABULARY;
        try (SamplingWork work = new SamplingWork(vocabulary, 4, 4)) {
            for (int row = 0; row < 4; row++) {
                work.init(row, slotSampling(params(1, 40 * row, 1 - 0.1 * row), row), new int[] {1}, 1);
            }
            work.flush();
            Random random = new Random(3);
            work.putLogits(
                    SamplingCase.normal(random, vocabulary, 2),
                    SamplingCase.normal(random, vocabulary, 2),
                    SamplingCase.normal(random, vocabulary, 2));
            int[] slots = {2, -1, 3};
            SampledRows rows = work.putRows(slots, new int[] {5, 5, 5});
            try (CudaGraph graph = work.work.stream()
                            .capture(() -> work.sampling.sample(
                                    work.work.stream(), rows, null, work.lastTokens, work.output));
                    CudaGraphExec exec = graph.instantiate()) {
                for (int length = 6; length < 60; length++) {
                    int[] expected = work.draw(work.putRows(slots, new int[] {length, 0, length}), null)[0];
                    work.work.poison(work.output.buffer());
                    exec.launch(work.work.stream());
                    int[] replayed = work.results(3)[0];
                    assertEquals(expected[0], replayed[0]);
                    assertEquals(-1, replayed[1], "poison of padding");
                    assertEquals(expected[2], replayed[2]);
                }
            }
        }
    }

    @Test
    void givesLogprobsOfTheModelsOwnLogits() {
        for (int vocabulary : new int[] {7, 203, 8192, LARGE_VOCABULARY}) {
            try (SamplingWork work = new SamplingWork(vocabulary, 3, 3)) {
                float[][] logits = new float[3][];
                for (int row = 0; row < 3; row++) {
                    logits[row] = SamplingCase.normal(new Random(row), vocabulary, 4);
                    work.init(row, slotSampling(PLAIN, row), new int[] {1}, 1);
                }
                for (int i = 0; i < vocabulary; i++) {
                    logits[1][i] = Math.round(logits[1][i]);
                }
                logits[2][vocabulary / 2] = Float.NaN;
                work.flush();
                work.putLogits(logits);
                int[] drawn = work.draw(work.putRows(new int[] {0, 1, 2}, new int[] {1, 1, 1}), null)[0];
                int[][] wanted = {{0, -1, 20}, {1, 5, 20}, {1, -1, 0}, {0, 6, 3}, {2, 1, 4}, {2, -1, 0}};
                MemorySegment copy = work.logprobs(wanted);
                for (int i = 0; i < 4; i++) {
                    int row = wanted[i][0];
                    int tokenId = wanted[i][1] < 0 ? drawn[row] : wanted[i][1];
                    assertLogprobs(logits[row], tokenId, wanted[i][2], work.output.logprobs(copy, i));
                }
                assertTrue(Float.isNaN(work.output.logprobs(copy, 4).logprob()), "a bad row");
                assertTrue(Float.isNaN(work.output.logprobs(copy, 5).logprob()), "a bad row's drawn token");
            }
        }
    }

    private static void assertLogprobs(float[] row, int tokenId, int topCount, TokenLogprobs actual) {
        double most =
                IntStream.range(0, row.length).mapToDouble(i -> row[i]).max().orElseThrow();
        double logSum = most
                + Math.log(IntStream.range(0, row.length)
                        .mapToDouble(i -> Math.exp(row[i] - most))
                        .sum());
        assertEquals(tokenId, actual.tokenId());
        assertEquals(row[tokenId] - logSum, actual.logprob(), 2e-6 * (1 + Math.abs(logSum)));
        int[] order = IntStream.range(0, row.length)
                .boxed()
                .sorted((a, b) -> row[a] == row[b] ? Integer.compare(a, b) : Float.compare(row[b], row[a]))
                .limit(topCount)
                .mapToInt(Integer::intValue)
                .toArray();
        assertArrayEquals(order, actual.topTokenIds());
        for (int i = 0; i < order.length; i++) {
            assertEquals(row[order[i]] - logSum, actual.topLogprobs()[i], 2e-6 * (1 + Math.abs(logSum)));
        }
    }
}
