package dev.javelin.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import dev.javelin.model.checkpoint.Dequantizer;
import dev.javelin.model.checkpoint.GgmlType;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.hub.RealModel;
import org.junit.jupiter.api.Test;

/** SmolLM2-135M-Instruct in Q4_1; the figures are the model card's. */
class RealModelTest {
    @Test
    void smolLm2IsWhatItsCardSays() {
        try (LoadedModel model = GgufModels.open(RealModel.path())) {
            ModelSpec spec = model.spec();
            AttentionSpec attention = spec.layers().getFirst().attention();
            assertThat(spec.layers()).hasSize(30);
            assertThat(spec.hiddenSize()).isEqualTo(576);
            assertThat(spec.vocabularyTokens()).isEqualTo(49152);
            assertThat(spec.contextTokens()).isEqualTo(8192);
            assertThat(spec.tiedHead()).isTrue();
            assertThat(attention.headCount()).isEqualTo(9);
            assertThat(attention.kvHeadCount()).isEqualTo(3);
            assertThat(attention.headDim()).isEqualTo(64);
            assertThat(attention.rotary().theta()).isEqualTo(100_000);
            assertThat(spec.layers().getFirst().mlp().intermediateSize()).isEqualTo(1536);
            Weight embedding = model.weights().weight(WeightKey.of(WeightRole.TOKEN_EMBEDDING));
            assertThat(embedding.format()).isEqualTo(WeightFormat.Q8_0);
            double sumOfSquares = 0;
            for (float value : Dequantizer.row(embedding, 49151)) {
                sumOfSquares += (double) value * value;
            }
            assertThat(Math.sqrt(sumOfSquares / 576)).isBetween(0.01, 1.0);
        }
    }

    @Test
    void smolLm2HasOneHundredThirtyFiveMillionParameters() {
        try (GgufFile file = GgufFile.open(RealModel.path())) {
            ModelSummary summary = ModelSummary.of(file);
            assertThat(summary.checkpoint().parameterCount()).isEqualTo(134_515_008);
            assertThat(summary.checkpoint().byType()).containsOnlyKeys(GgmlType.F32, GgmlType.Q4_1, GgmlType.Q8_0);
            assertThat(summary.checkpoint().use(GgmlType.Q4_1).tensorCount()).isEqualTo(210);
            assertThat(summary.checkpoint().bitsPerParameter()).isCloseTo(5.75, within(0.05));
            assertThat(summary.kvBytesPerToken(2)).isEqualTo(2 * 2 * 30 * 3 * 64);
        }
    }
}
