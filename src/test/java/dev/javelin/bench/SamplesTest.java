package dev.javelin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
    @Test
    void medianOfOddAndEvenCounts() {
        assertThat(Samples.of(3, 1, 2).median()).isEqualTo(2);
        assertThat(Samples.of(4, 1, 3, 2).median()).isEqualTo(2.5);
        assertThat(Samples.of(List.of(7.0)).median()).isEqualTo(7);
    }

    @Test
    void percentilesAreInterpolated() {
        Samples samples = Samples.of(10, 20, 30, 40, 50);
        assertThat(samples.percentile(0)).isEqualTo(10);
        assertThat(samples.percentile(100)).isEqualTo(50);
        assertThat(samples.percentile(99)).isCloseTo(49.6, within(1e-9));
        assertThat(samples.mean()).isEqualTo(30);
        assertThat(samples.least()).isEqualTo(10);
        assertThat(samples.most()).isEqualTo(50);
        assertThat(samples.count()).isEqualTo(5);
    }

    @Test
    void thereIsNoMedianOfNothing() {
        assertThatThrownBy(Samples::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void lengthsStayInTheirRangeAndReachItsEnds() {
        LengthDraw draw = new LengthDraw(10, 0.5);
        SplittableRandom random = new SplittableRandom(3);
        int[] drawn = IntStream.range(0, 1000).map(_ -> draw.next(random)).toArray();
        assertThat(IntStream.of(drawn).summaryStatistics().getMin()).isEqualTo(5);
        assertThat(IntStream.of(drawn).summaryStatistics().getMax()).isEqualTo(15);
        assertThat(IntStream.of(drawn).average().orElseThrow()).isCloseTo(10, within(0.3));
        assertThat(new LengthDraw(10, 0).next(random)).isEqualTo(10);
    }

    @Test
    void unitsKnowWhichWayIsBetter() {
        assertThat(Unit.MILLISECONDS.share(4, 3)).isEqualTo(0.75);
        assertThat(Unit.TOKENS_PER_SECOND.share(3, 4)).isEqualTo(0.75);
        assertThat(Unit.TOKENS_PER_SECOND.text(12_345.6)).isEqualTo("12,346 tok/s");
        assertThat(Unit.MILLISECONDS.text(3.5749)).isEqualTo("3.575 ms");
    }
}
