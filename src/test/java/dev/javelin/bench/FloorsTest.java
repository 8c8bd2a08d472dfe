package dev.javelin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The floors that the project's targets were set against, worked out by hand for one H200. */
class FloorsTest {
    private final Floors floors = Llama8b.floors();

    @ParameterizedTest
    @CsvSource({"512, 3.57", "8192, 3.81"})
    void oneSequenceReadsWeightsAndItsCache(int promptTokens, double millis) {
        double seconds = floors.decodeStepSeconds(RequestShape.of(promptTokens, 128), 1);
        assertThat(1e3 * seconds).isCloseTo(millis, within(0.006));
        assertThat(seconds).isCloseTo((15_009_849_344.0 + 131_072.0 * (promptTokens + 64)) / 4.22e12, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"8, 2160", "32, 7700", "64, 13600", "128, 21700", "256, 27100"})
    void sequencesThatDecodeTogetherShareTheWeights(int sequences, double tokensPerSecond) {
        double rate = sequences / floors.decodeStepSeconds(RequestShape.of(512, 128), sequences);
        assertThat(rate).isCloseTo(tokensPerSecond, within(0.01 * tokensPerSecond));
    }

    @Test
    void promptIsBoundByTheProductRate() {
        // 29.7 and 132 TFLOP at 789 TFLOP/s; the table's 39 and 192 ms are at the rates of these products themselves
        assertThat(1e3 * floors.promptSeconds(RequestShape.of(2048, 1))).isCloseTo(37.6, within(0.05));
        assertThat(1e3 * floors.promptSeconds(RequestShape.of(8192, 1))).isCloseTo(167.2, within(0.05));
        // a single token reads every weight for one multiply-add
        assertThat(floors.promptSeconds(RequestShape.of(1, 1))).isEqualTo(15_009_849_344.0 / 4.22e12);
    }

    @Test
    void batchAddsOperationsAndCachedBytes() {
        List<RequestShape> shapes = Collections.nCopies(1000, RequestShape.of(1000, 1000));
        double flops = 1000 * new ModelCosts(Llama8b.spec()).promptFlops(RequestShape.of(1000, 1))
                + 1000 * 999 * 2.0 * 7_504_924_672L;
        double bytes = 1000 * 131_072.0 * 999 * 1500;
        assertThat(floors.batchSeconds(shapes)).isCloseTo(flops / 789e12 + bytes / 4.22e12, within(1e-9));
        assertThat(1e6 / floors.batchSeconds(shapes)).isCloseTo(12_000, within(50.0));
    }

    @ParameterizedTest
    @CsvSource({"512, 1024, 16300", "292, 579, 21300"})
    void drawnBatchesComeNearTheTableWhoseDrawWasAnother(int promptTokens, int answerTokens, double tokensPerSecond) {
        OfflineRow row =
                OfflineRow.draw("drawn", 1000, new LengthDraw(promptTokens, 0.5), new LengthDraw(answerTokens, 0.5), 1);
        long tokens =
                row.shapes().stream().mapToLong(RequestShape::answerTokens).sum();
        assertThat(tokens / floors.batchSeconds(row.shapes()))
                .isCloseTo(tokensPerSecond, within(0.02 * tokensPerSecond));
    }

    @Test
    void sharedPrefixIsFreeOnlyWhereItIsCached() {
        List<RequestShape> whole = Collections.nCopies(512, RequestShape.of(2048, 64));
        List<RequestShape> cached = Collections.nCopies(512, new RequestShape(2048, 1843, 64));
        assertThat(floors.batchSeconds(whole)).isCloseTo(22.0, within(0.1));
        assertThat(floors.batchSeconds(cached)).isCloseTo(4.8, within(0.12));
    }
}
