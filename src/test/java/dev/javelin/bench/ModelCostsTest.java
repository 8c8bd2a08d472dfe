package dev.javelin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * By hand: 32 layers of 4096^2 * 2 + 4096 * 1024 * 2 + 3 * 4096 * 14336 + 2 * 4096, a norm, a head of 128256 * 4096.
 */
class ModelCostsTest {
    private final ModelCosts costs = new ModelCosts(Llama8b.spec());

    @Test
    void parametersAreThoseOfLlama() {
        assertThat(costs.bodyParameters()).isEqualTo(32L * 218_112_000 + 4096).isEqualTo(6_979_588_096L);
        assertThat(costs.headParameters()).isEqualTo(525_336_576L);
        // 8,030,261,248 less the embedding
        assertThat(costs.streamedParameters()).isEqualTo(7_504_924_672L);
        assertThat(costs.streamedBytes(2)).isEqualTo(15_009_849_344L);
    }

    @Test
    void promptPaysForItsTokensOneHeadRowAndTheTriangleOfAttention() {
        double matrices = 2.0 * 6_979_588_096L * 2048 + 2.0 * 525_336_576L;
        double attention = 4.0 * 32 * 128 * 32 * (2048L * 2049 / 2);
        assertThat(costs.promptFlops(RequestShape.of(2048, 1))).isEqualTo(matrices + attention);
    }

    @Test
    void cachedTokensCostAttentionOnly() {
        double matrices = 2.0 * 6_979_588_096L * 205 + 2.0 * 525_336_576L;
        double attention = 4.0 * 32 * 128 * 32 * (2048L * 2049 / 2 - 1843L * 1844 / 2);
        assertThat(costs.promptFlops(new RequestShape(2048, 1843, 1))).isEqualTo(matrices + attention);
    }

    @Test
    void decodeReadsWhatWasCachedAndItself() {
        // three steps see 513, 514 and 515 positions
        assertThat(costs.decodeCacheBytes(RequestShape.of(512, 4), Llama8b.cachePlans(null)))
                .isEqualTo(131_072.0 * (513 + 514 + 515));
        assertThat(costs.decodeCacheBytes(RequestShape.of(512, 1), Llama8b.cachePlans(null)))
                .isZero();
    }

    @Test
    void windowBoundsWhatIsSeen() {
        ModelCosts windowed = new ModelCosts(Llama8b.spec(514));
        assertThat(windowed.decodeCacheBytes(RequestShape.of(512, 4), Llama8b.cachePlans(514)))
                .isEqualTo(131_072.0 * (513 + 514 + 514));
        assertThat(ModelCosts.keysSeen(0, 5, 3)).isEqualTo(1 + 2 + 3 + 3 + 3);
        assertThat(ModelCosts.keysSeen(4, 6, 3)).isEqualTo(3 + 3);
        assertThat(ModelCosts.keysSeen(1, 4, null)).isEqualTo(2 + 3 + 4);
    }
}
