package dev.javelin.cuda.runner;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.javelin.backend.RunnerHarness;
import dev.javelin.backend.SlotSampling;
import dev.javelin.config.EngineAssembly;
import dev.javelin.config.HostEnvironments;
import dev.javelin.config.OpenedModel;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotarySpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Whole models against transformers: {@code make_gpu_reference.py} leaves checkpoints and log-probabilities, in float64
 * and in transformers' own bf16, whose distance is the noise that a right implementation may have.
 */
@Tag("gpu")
class TransformersGpuTest {
    private static final Path FOLDER = Path.of(System.getProperty("javelin.reference", "/tmp/javelin-reference"));
    private static final int CHUNK_TOKENS = 192;
    private static final int TOP = 20;

    /** What rounding to bf16 explains in these models: ours had at most 0.057; a scale that is 5% off gives 0.13. */
    private static final double MOST_MEAN_ERROR = 0.08;

    /** Least positions at which the likeliest token is beyond the noise. */
    private static final int LEAST_CLEAR = 10;

    /** A margin is clear beyond so many times the noise's mean. */
    private static final double CLEAR_FACTOR = 8;

    private static final SlotSampling SCORED = new SlotSampling(SamplingParams.GREEDY, 0, 0, 0, new int[0], TOP, TOP);

    /** A checkpoint's prompt and what was made of it. */
    private record Reference(int[] tokens, float[] exact, float[] rounded, int vocabulary) {
        static Reference read(Path folder) throws IOException {
            int[] tokens = new int[(int) (Files.size(folder.resolve("tokens.i32")) / Integer.BYTES)];
            bytes(folder.resolve("tokens.i32")).asIntBuffer().get(tokens);
            float[] exact = floats(folder.resolve("exact.f32"));
            return new Reference(tokens, exact, floats(folder.resolve("rounded.f32")), exact.length / tokens.length);
        }

        private static float[] floats(Path file) throws IOException {
            float[] values = new float[(int) (Files.size(file) / Float.BYTES)];
            bytes(file).asFloatBuffer().get(values);
            return values;
        }

        private static ByteBuffer bytes(Path file) throws IOException {
            return ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        }

        float exact(int position, int tokenId) {
            return exact[position * vocabulary + tokenId];
        }

        float rounded(int position, int tokenId) {
            return rounded[position * vocabulary + tokenId];
        }
    }

    /** How far a run is from the reference. */
    private record Distance(double ownMean, double roundedMean, int clearPositions, int disagreements) {
        boolean isRight() {
            return ownMean <= Math.min(MOST_MEAN_ERROR, roundedMean) && disagreements == 0;
        }
    }

    @TestFactory
    Stream<DynamicTest> agreesWithTransformersAndMistakesDoNot() throws IOException {
        assumeTrue(Files.isDirectory(FOLDER), FOLDER + " is missing: make_gpu_reference.py makes it");
        List<Path> folders;
        try (Stream<Path> all = Files.list(FOLDER)) {
            folders = all.filter(Files::isDirectory).sorted().toList();
        }
        return folders.stream()
                .map(folder -> DynamicTest.dynamicTest(String.valueOf(folder.getFileName()), () -> check(folder)));
    }

    private static void check(Path folder) throws IOException {
        Reference reference = Reference.read(folder);
        try (OpenedModel opened = EngineAssembly.openModel(List.of(folder.toString()), HostEnvironments.ofProcess())) {
            LoadedModel model = opened.model();
            Distance right = distance(model, reference);
            print(folder, "as it is", right);
            assertTrue(right.isRight(), folder + ": " + right);
            assertTrue(right.clearPositions() >= LEAST_CLEAR, "clear at " + right.clearPositions());
            for (Mutation mutation : mutations(model.spec())) {
                Distance wrong = distance(new LoadedModel(mutation.spec(), model.weights()), reference);
                print(folder, mutation.name(), wrong);
                assertFalse(wrong.isRight(), folder + ", " + mutation.name() + ": " + wrong);
            }
        }
    }

    private static void print(Path folder, String what, Distance distance) {
        System.out.printf(
                Locale.ROOT,
                "%-10s %-16s mean error %.4f, transformers' bf16 %.4f, clear %d, disagree %d%n",
                folder.getFileName(),
                what,
                distance.ownMean(),
                distance.roundedMean(),
                distance.clearPositions(),
                distance.disagreements());
    }

    private static Distance distance(LoadedModel model, Reference reference) {
        List<TokenLogprobs> scores;
        try (CudaModelRunner runner = TestRunners.create(model, ElementType.BF16, 4, 256, 2048)) {
            RunnerHarness harness = new RunnerHarness(runner, 1);
            int[] tokens = reference.tokens();
            RunnerHarness.Sequence sequence = harness.start(1, SCORED, tokens);
            for (int at = 0; at < tokens.length; at += CHUNK_TOKENS) {
                int count = Math.min(CHUNK_TOKENS, tokens.length - at);
                harness.feed(
                        sequence,
                        count,
                        false,
                        Arrays.copyOfRange(tokens, at + 1, Math.min(tokens.length, at + count + 1)));
                harness.step();
            }
            scores = List.copyOf(sequence.scores());
        }
        return measure(scores, reference);
    }

    private static Distance measure(List<TokenLogprobs> scores, Reference reference) {
        double own = 0;
        double rounded = 0;
        long count = 0;
        for (int position = 0; position < scores.size(); position++) {
            TokenLogprobs score = scores.get(position);
            for (int i = 0; i < score.topTokenIds().length; i++) {
                int id = score.topTokenIds()[i];
                double noise = Math.abs(reference.rounded(position, id) - reference.exact(position, id));
                own += Math.abs(score.topLogprobs()[i] - reference.exact(position, id));
                rounded += noise;
                count++;
            }
        }
        int clear = 0;
        int disagreements = 0;
        for (int position = 0; position < scores.size(); position++) {
            int best = best(reference, position);
            double margin = reference.exact(position, best) - second(reference, position, best);
            if (margin > CLEAR_FACTOR * rounded / count) {
                clear++;
                disagreements += scores.get(position).topTokenIds()[0] == best ? 0 : 1;
            }
        }
        return new Distance(own / count, rounded / count, clear, disagreements);
    }

    private static int best(Reference reference, int position) {
        int best = 0;
        for (int id = 1; id < reference.vocabulary(); id++) {
            best = reference.exact(position, id) > reference.exact(position, best) ? id : best;
        }
        return best;
    }

    private static double second(Reference reference, int position, int best) {
        double second = Double.NEGATIVE_INFINITY;
        for (int id = 0; id < reference.vocabulary(); id++) {
            second = id == best ? second : Math.max(second, reference.exact(position, id));
        }
        return second;
    }

    private record Mutation(String name, ModelSpec spec) {}

    private static List<Mutation> mutations(ModelSpec spec) {
        return Stream.of(
                        new Mutation("theta", attention(spec, TransformersGpuTest::otherTheta)),
                        new Mutation("scale", attention(spec, TransformersGpuTest::otherScale)),
                        new Mutation("window", attention(spec, TransformersGpuTest::otherWindow)),
                        new Mutation("norm eps", norm(spec)))
                .toList();
    }

    private static ModelSpec attention(ModelSpec spec, UnaryOperator<AttentionSpec> change) {
        return layers(
                spec,
                layer -> new LayerSpec(
                        layer.attentionNorm(),
                        change.apply(layer.attention()),
                        layer.mlpNorm(),
                        layer.mlp(),
                        layer.cacheGroupId()));
    }

    private static ModelSpec norm(ModelSpec spec) {
        NormSpec wrong = new NormSpec(NormSpec.Kind.RMS, 0.2f);
        return layers(
                spec,
                layer -> new LayerSpec(wrong, layer.attention(), layer.mlpNorm(), layer.mlp(), layer.cacheGroupId()));
    }

    private static ModelSpec layers(ModelSpec spec, UnaryOperator<LayerSpec> change) {
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

    private static AttentionSpec otherTheta(AttentionSpec spec) {
        RotarySpec rotary = spec.rotary();
        return with(
                spec,
                spec.scale(),
                new RotarySpec(rotary.layout(), rotary.rotatedDims(), rotary.theta() * 1.05, rotary.scaling()),
                spec.windowTokens());
    }

    private static AttentionSpec otherScale(AttentionSpec spec) {
        return with(spec, spec.scale() * 1.05f, spec.rotary(), spec.windowTokens());
    }

    /** Off by one where there is a window, 200 tokens where there is none. */
    private static AttentionSpec otherWindow(AttentionSpec spec) {
        Integer window = spec.windowTokens();
        return with(spec, spec.scale(), spec.rotary(), window == null ? 200 : window + 1);
    }

    private static AttentionSpec with(AttentionSpec spec, float scale, RotarySpec rotary, @Nullable Integer window) {
        return new AttentionSpec(
                spec.headCount(),
                spec.kvHeadCount(),
                spec.headDim(),
                scale,
                spec.projectionBias(),
                spec.headNorm(),
                rotary,
                window);
    }
}
