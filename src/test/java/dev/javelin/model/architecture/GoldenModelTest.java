package dev.javelin.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Files that the gguf package wrote, read into specs and weights. */
class GoldenModelTest {
    @SuppressWarnings("unused") // the parameters' source, by name
    private static final Iterable<String> NAMES = GoldenModel.NAMES;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @FieldSource("NAMES")
    void everyVariantOpensWithItsSizes(String name) {
        try (GoldenModel golden = GoldenModel.open(name, folder)) {
            ModelSpec spec = golden.model().spec();
            assertThat(spec.name()).isEqualTo(name);
            assertThat(spec.hiddenSize()).isEqualTo(64);
            assertThat(spec.vocabularyTokens()).isEqualTo(97);
            assertThat(spec.contextTokens()).isEqualTo(128);
            assertThat(spec.outputNorm().epsilon()).isEqualTo(0.01f);
            assertThat(spec.layers()).hasSize(name.equals("gqa-q4_1") ? 3 : 2);
            assertThat(golden.model().weights().all())
                    .hasSize(WeightShapes.of(spec).size());
            assertThat(golden.logits()[0]).hasSize(97);
            assertThat(golden.logits().length).isEqualTo(golden.tokens().length);
            assertThat(golden.largestLogit()).isBetween(5f, 30f);
        }
    }

    @Test
    void groupsHeadsAndTiesAreSeen() {
        try (GoldenModel golden = GoldenModel.open("gqa", folder)) {
            AttentionSpec attention = golden.model().spec().layers().get(1).attention();
            assertThat(attention.headCount()).isEqualTo(8);
            assertThat(attention.kvHeadCount()).isEqualTo(2);
            assertThat(attention.headDim()).isEqualTo(16);
            assertThat(attention.scale()).isEqualTo(0.25f);
            assertThat(attention.rotary().layout()).isEqualTo(RotaryLayout.INTERLEAVED);
            assertThat(attention.rotary().theta()).isEqualTo(500);
            assertThat(golden.model().spec().tiedHead()).isFalse();
            Weight head = golden.model().weights().weight(WeightKey.of(WeightRole.LM_HEAD));
            assertThat(head.rows()).isEqualTo(97);
            Weight query = golden.model().weights().weight(WeightKey.of(WeightRole.QUERY, 1));
            assertThat(query.rows()).isEqualTo(128);
            assertThat(query.columns()).isEqualTo(64);
        }
        try (GoldenModel golden = GoldenModel.open("gqa-q4_1", folder)) {
            assertThat(golden.model().spec().tiedHead()).isTrue();
            assertThat(golden.model().weights().tryWeight(WeightKey.of(WeightRole.LM_HEAD)))
                    .isEmpty();
            Weight gate = golden.model().weights().weight(WeightKey.of(WeightRole.GATE, 2));
            assertThat(gate.format()).isEqualTo(WeightFormat.Q4_1);
        }
    }

    @Test
    void rotaryScalingsGiveTheirFrequencies() {
        double[] plain = frequencies("gqa-q8_0");
        double[] linear = frequencies("linear");
        double[] llama3 = frequencies("llama3");
        assertThat(linear).hasSize(8);
        for (int i = 0; i < 8; i++) {
            assertThat(plain[i]).isCloseTo(Math.pow(10_000, -i / 8.0), within(1e-12));
            assertThat(linear[i]).isEqualTo(plain[i] / 4);
        }
        assertThat(llama3[0]).isEqualTo(plain[0]);
        assertThat(llama3[1]).isStrictlyBetween(plain[1] / 4, plain[1]);
        assertThat(llama3[2]).isEqualTo(plain[2] / 4);

        // The tensor of factors says what Llama 3.1's formula says.
        RotarySpec formula =
                new RotarySpec(RotaryLayout.INTERLEAVED, 16, 10_000, new RotaryScaling.Llama3(4, 1, 4, 32));
        for (int i = 0; i < 8; i++) {
            assertThat(llama3[i]).isCloseTo(formula.inverseFrequencies()[i], within(1e-6 * plain[i]));
        }
    }

    @Test
    void qwenHasBiasesOrHeadNormsAndRotatesHalves() {
        try (GoldenModel golden = GoldenModel.open("qwen2", folder)) {
            AttentionSpec attention = golden.model().spec().layers().getFirst().attention();
            assertThat(attention.projectionBias()).isTrue();
            assertThat(attention.headNorm()).isNull();
            assertThat(attention.rotary().layout()).isEqualTo(RotaryLayout.HALVES);
            Weight bias = golden.model().weights().weight(WeightKey.of(WeightRole.KEY_BIAS, 0));
            assertThat(bias.columns()).isEqualTo(32);
        }
        try (GoldenModel golden = GoldenModel.open("qwen3", folder)) {
            AttentionSpec attention = golden.model().spec().layers().getFirst().attention();
            assertThat(attention.projectionBias()).isFalse();
            assertThat(attention.headNorm()).isNotNull();
            assertThat(attention.headDim()).isEqualTo(32);
            Weight norm = golden.model().weights().weight(WeightKey.of(WeightRole.QUERY_NORM, 1));
            assertThat(norm.columns()).isEqualTo(32);
        }
    }

    private double[] frequencies(String name) {
        try (GoldenModel golden = GoldenModel.open(name, folder)) {
            return golden.model()
                    .spec()
                    .layers()
                    .getFirst()
                    .attention()
                    .rotary()
                    .inverseFrequencies();
        }
    }
}
