package dev.javelin.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Specs and weights as read from files give the logits of the Python reference; specs read wrongly do not. */
class ReferenceDecoderTest {
    /** The limit that runners are held to, as a part of the largest logit. */
    private static final double LIMIT = 1e-4;

    @SuppressWarnings("unused") // the parameters' source, by name
    private static final Iterable<String> NAMES = GoldenModel.NAMES;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("NAMES")
    void computesTheGoldenLogits(String name) {
        assertThat(error(name, spec -> spec)).isLessThan(1e-6);
    }

    @Test
    void aWrongSpecIsFarOff() {
        assertFarOff(
                "gqa", withRotary(r -> new RotarySpec(r.layout(), r.rotatedDims(), r.theta() * 1.02, r.scaling())));
        assertFarOff(
                "gqa", withRotary(r -> new RotarySpec(RotaryLayout.HALVES, r.rotatedDims(), r.theta(), r.scaling())));
        assertFarOff(
                "qwen3",
                withRotary(r -> new RotarySpec(RotaryLayout.INTERLEAVED, r.rotatedDims(), r.theta(), r.scaling())));
        for (String name : List.of("linear", "llama3")) {
            assertFarOff(
                    name,
                    withRotary(r -> new RotarySpec(r.layout(), r.rotatedDims(), r.theta(), new RotaryScaling.None())));
        }
        assertFarOff(
                "mha",
                withAttention(a -> new AttentionSpec(
                        a.headCount(),
                        a.kvHeadCount(),
                        a.headDim(),
                        a.scale() * 1.01f,
                        a.projectionBias(),
                        a.headNorm(),
                        a.rotary(),
                        a.windowTokens())));
        assertFarOff(
                "mha",
                withAttention(a -> new AttentionSpec(
                        a.headCount(),
                        a.kvHeadCount(),
                        a.headDim(),
                        a.scale(),
                        a.projectionBias(),
                        a.headNorm(),
                        a.rotary(),
                        40)));
        assertFarOff(
                "qwen2",
                withAttention(a -> new AttentionSpec(
                        a.headCount(),
                        a.kvHeadCount(),
                        a.headDim(),
                        a.scale(),
                        false,
                        a.headNorm(),
                        a.rotary(),
                        null)));
        assertFarOff(
                "qwen3",
                withAttention(a -> new AttentionSpec(
                        a.headCount(), a.kvHeadCount(), a.headDim(), a.scale(), false, null, a.rotary(), null)));
        assertFarOff(
                "gqa-q4_1",
                withLayers(layer -> new LayerSpec(
                        new NormSpec(NormSpec.Kind.RMS, 1e-5f), layer.attention(), layer.mlpNorm(), layer.mlp(), 0)));
    }

    private void assertFarOff(String name, UnaryOperator<ModelSpec> mutation) {
        assertThat(error(name, mutation)).isGreaterThan(20 * LIMIT);
    }

    /** The largest error as a part of the largest logit. */
    private double error(String name, UnaryOperator<ModelSpec> mutation) {
        try (GoldenModel golden = GoldenModel.open(name, folder)) {
            ModelSpec spec = mutation.apply(golden.model().spec());
            double[][] logits = new ReferenceDecoder(spec, golden.model().weights()).logits(golden.tokens());
            double worst = 0;
            for (int position = 0; position < logits.length; position++) {
                for (int id = 0; id < logits[position].length; id++) {
                    worst = Math.max(worst, Math.abs(logits[position][id] - golden.logits()[position][id]));
                }
            }
            return worst / golden.largestLogit();
        }
    }

    private static UnaryOperator<ModelSpec> withRotary(UnaryOperator<RotarySpec> change) {
        return withAttention(a -> new AttentionSpec(
                a.headCount(),
                a.kvHeadCount(),
                a.headDim(),
                a.scale(),
                a.projectionBias(),
                a.headNorm(),
                change.apply(a.rotary()),
                a.windowTokens()));
    }

    private static UnaryOperator<ModelSpec> withAttention(UnaryOperator<AttentionSpec> change) {
        return withLayers(layer ->
                new LayerSpec(layer.attentionNorm(), change.apply(layer.attention()), layer.mlpNorm(), layer.mlp(), 0));
    }

    private static UnaryOperator<ModelSpec> withLayers(UnaryOperator<LayerSpec> change) {
        return spec -> new ModelSpec(
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
}
