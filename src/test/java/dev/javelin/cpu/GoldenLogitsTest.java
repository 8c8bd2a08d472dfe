package dev.javelin.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.RunnerHarness;
import dev.javelin.backend.SlotSampling;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import dev.javelin.model.architecture.GoldenFolder;
import dev.javelin.model.architecture.GoldenModel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Golden models from GGUF files: every position's distribution against a float64 reference, and planted mistakes. */
class GoldenLogitsTest {
    /** Largest error of a log-probability over the largest logit. */
    private static final double BOUND = 1e-4;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void everyPositionOfEveryGoldenModelIsRight() {
        for (String name : GoldenModel.NAMES) {
            try (GoldenModel golden = GoldenModel.open(name, folder)) {
                for (int chunk : new int[] {golden.tokens().length, 13, 5, 2, 1}) {
                    double error = error(golden, golden.model(), chunk);
                    assertTrue(error <= BOUND, name + " in chunks of " + chunk + ": error " + error);
                }
            }
        }
    }

    @Test
    void everyPositionOfEveryGoldenFolderIsRight() {
        for (String name : GoldenFolder.NAMES) {
            try (GoldenModel golden = GoldenFolder.open(name, folder)) {
                for (int chunk : new int[] {golden.tokens().length, 13, 1}) {
                    double error = error(golden, golden.model(), chunk);
                    assertTrue(error <= BOUND, name + " in chunks of " + chunk + ": error " + error);
                }
            }
        }
    }

    @Test
    void plantedMistakesShowInFolders() {
        for (String name : GoldenFolder.NAMES) {
            try (GoldenModel golden = GoldenFolder.open(name, folder)) {
                assertShows(golden, name + "'s rotary base", mutated(golden, GoldenLogitsTest::withOtherTheta));
                assertShows(golden, name + "'s epsilon", mutated(golden, GoldenLogitsTest::withOtherEpsilon));
                assertShows(golden, name + "'s layout", mutated(golden, GoldenLogitsTest::interleaved));
                assertShows(
                        golden,
                        name + "'s heads",
                        new LoadedModel(
                                golden.model().spec(),
                                new SwappedHeads(golden.model().weights())));
            }
        }
        try (GoldenModel golden = GoldenFolder.open("mistral", folder)) {
            assertShows(golden, "a wider window", mutated(golden, spec -> withWindow(spec, 10)));
            assertShows(golden, "a narrower window", mutated(golden, spec -> withWindow(spec, 8)));
        }
        try (GoldenModel golden = GoldenFolder.open("llama3", folder)) {
            assertShows(golden, "no scaling", mutated(golden, GoldenLogitsTest::unscaled));
        }
        try (GoldenModel golden = GoldenFolder.open("qwen2", folder)) {
            assertShows(golden, "no bias", mutated(golden, GoldenLogitsTest::withPlainHeads));
            assertShows(golden, "a window everywhere", mutated(golden, spec -> withWindow(spec, 11)));
        }
        try (GoldenModel golden = GoldenFolder.open("qwen3", folder)) {
            assertShows(golden, "no head norm", mutated(golden, GoldenLogitsTest::withPlainHeads));
        }
    }

    @Test
    void plantedMistakesShow() {
        try (GoldenModel golden = GoldenModel.open("gqa", folder)) {
            assertShows(golden, "rotary base", mutated(golden, GoldenLogitsTest::withOtherTheta));
            int window = golden.tokens().length - 1;
            assertShows(golden, "mask off by one", mutated(golden, spec -> withWindow(spec, window)));
            assertShows(golden, "norm epsilon", mutated(golden, GoldenLogitsTest::withOtherEpsilon));
            assertShows(
                    golden,
                    "key head map",
                    new LoadedModel(
                            golden.model().spec(),
                            new SwappedHeads(golden.model().weights())));
            assertEquals(true, error(golden, mutated(golden, spec -> spec), 7) <= BOUND, "no mistake");
        }
    }

    private static void assertShows(GoldenModel golden, String mistake, LoadedModel wrong) {
        double error = error(golden, wrong, golden.tokens().length);
        assertTrue(error > 10 * BOUND, mistake + " gives an error of only " + error);
    }

    private static double error(GoldenModel golden, LoadedModel model, int chunk) {
        int vocabulary = model.spec().vocabularyTokens();
        SlotSampling all = new SlotSampling(SamplingParams.GREEDY, 0, 0, 0, new int[0], null, vocabulary);
        long kvBytes = 1024 * KvBudget.bytesPerToken(model.spec(), CacheFormat.F32);
        int[] tokens = golden.tokens();
        int[] next = Arrays.copyOf(Arrays.copyOfRange(tokens, 1, tokens.length), tokens.length);
        List<TokenLogprobs> scores;
        try (CpuModelRunner runner =
                CpuModelRunner.create(model, new CpuSettings(2, 2, 128, 32, kvBytes, CacheFormat.F32))) {
            RunnerHarness harness = new RunnerHarness(runner, chunk);
            RunnerHarness.Sequence sequence = harness.start(1, all, tokens);
            for (int at = 0; at < tokens.length; at += chunk) {
                int count = Math.min(chunk, tokens.length - at);
                harness.feed(sequence, count, false, Arrays.copyOfRange(next, at, at + count));
                harness.step();
            }
            scores = sequence.scores();
        }
        assertEquals(tokens.length, scores.size());
        double worst = 0;
        for (int t = 0; t < tokens.length; t++) {
            double[] expected = logSoftmax(golden.logits()[t]);
            assertEquals(vocabulary, scores.get(t).topTokenIds().length);
            for (int i = 0; i < vocabulary; i++) {
                double given = scores.get(t).topLogprobs()[i];
                worst = Math.max(worst, Math.abs(given - expected[scores.get(t).topTokenIds()[i]]));
            }
        }
        return worst / golden.largestLogit();
    }

    private static double[] logSoftmax(float[] logits) {
        double most = Double.NEGATIVE_INFINITY;
        for (float logit : logits) {
            most = Math.max(most, logit);
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - most);
        }
        double[] result = new double[logits.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = logits[i] - most - Math.log(sum);
        }
        return result;
    }

    private static LoadedModel mutated(GoldenModel golden, UnaryOperator<ModelSpec> change) {
        return new LoadedModel(
                change.apply(golden.model().spec()), golden.model().weights());
    }

    private static ModelSpec withOtherTheta(ModelSpec spec) {
        return withRotary(
                spec, r -> new RotarySpec(r.layout(), r.rotatedDims(), r.theta() * 1.1, r.scaling()));
    }

    private static ModelSpec interleaved(ModelSpec spec) {
        return withRotary(
                spec, r -> new RotarySpec(RotaryLayout.INTERLEAVED, r.rotatedDims(), r.theta(), r.scaling()));
    }

    private static ModelSpec unscaled(ModelSpec spec) {
        return withRotary(
                spec, r -> new RotarySpec(r.layout(), r.rotatedDims(), r.theta(), new RotaryScaling.None()));
    }

    private static ModelSpec withRotary(ModelSpec spec, UnaryOperator<RotarySpec> change) {
        return withAttention(
                spec, a -> attention(a, change.apply(a.rotary()), a.windowTokens() == null ? 0 : a.windowTokens()));
    }

    /** Without biases and head norms. */
    private static ModelSpec withPlainHeads(ModelSpec spec) {
        return withAttention(spec, a -> new AttentionSpec(
                a.headCount(), a.kvHeadCount(), a.headDim(), a.scale(), false, null, a.rotary(), a.windowTokens()));
    }

    private static ModelSpec withWindow(ModelSpec spec, int windowTokens) {
        return withAttention(spec, a -> attention(a, a.rotary(), windowTokens));
    }

    private static AttentionSpec attention(AttentionSpec a, RotarySpec rotary, int windowTokens) {
        return new AttentionSpec(
                a.headCount(),
                a.kvHeadCount(),
                a.headDim(),
                a.scale(),
                a.projectionBias(),
                a.headNorm(),
                rotary,
                windowTokens == 0 ? null : (Integer) windowTokens);
    }

    private static ModelSpec withAttention(ModelSpec spec, UnaryOperator<AttentionSpec> change) {
        return withLayers(
                spec,
                layer -> new LayerSpec(
                        layer.attentionNorm(),
                        change.apply(layer.attention()),
                        layer.mlpNorm(),
                        layer.mlp(),
                        layer.cacheGroupId()));
    }

    private static ModelSpec withOtherEpsilon(ModelSpec spec) {
        return withLayers(
                spec,
                layer -> new LayerSpec(
                        new NormSpec(NormSpec.Kind.RMS, layer.attentionNorm().epsilon() / 2),
                        layer.attention(),
                        layer.mlpNorm(),
                        layer.mlp(),
                        layer.cacheGroupId()));
    }

    private static ModelSpec withLayers(ModelSpec spec, UnaryOperator<LayerSpec> change) {
        return new ModelSpec(
                spec.architecture(),
                spec.name(),
                spec.vocabularyTokens(),
                spec.hiddenSize(),
                spec.contextTokens(),
                spec.layers().stream().map(change).toList(),
                spec.outputNorm(),
                spec.tiedHead(),
                spec.cacheGroups());
    }

    /** The first half of the key and value heads in the second's place. */
    private record SwappedHeads(ModelWeights weights) implements ModelWeights {
        @Override
        public Optional<Weight> tryWeight(WeightKey key) {
            boolean swaps = key.role() == WeightRole.KEY || key.role() == WeightRole.VALUE;
            return swaps ? weights.tryWeight(key).map(SwappedHeads::swap) : weights.tryWeight(key);
        }

        private static Weight swap(Weight weight) {
            long half = weight.data().byteSize() / 2;
            MemorySegment data = Arena.ofAuto().allocate(2 * half);
            MemorySegment.copy(weight.data(), 0, data, half, half);
            MemorySegment.copy(weight.data(), half, data, 0, half);
            return new Weight(weight.key(), weight.rows(), weight.columns(), weight.format(), data);
        }

        @Override
        public Collection<Weight> all() {
            return weights.all();
        }

        @Override
        public void close() {}
    }
}
