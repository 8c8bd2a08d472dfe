package dev.javelin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.javelin.bench.RunTimes.Arrival;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTimesTest {
    private static final long MILLI = 1_000_000;

    private static RequestTimes times(long submitted, long first, long last, int tokens) {
        return new RequestTimes(submitted * MILLI, first * MILLI, last * MILLI, tokens, 0);
    }

    private static Arrival arrival(long millis, int tokens) {
        return new Arrival(millis * MILLI, tokens);
    }

    @Test
    void requestsTimesAreFromSubmissionAndFromTheFirstToken() {
        RequestTimes times = times(10, 25, 65, 5);
        assertThat(times.firstTokenSeconds()).isCloseTo(0.015, within(1e-12));
        assertThat(times.secondsPerToken()).isCloseTo(0.010, within(1e-12));
    }

    @Test
    void windowIsWhereAllDecode() {
        RunTimes run = new RunTimes(
                List.of(times(0, 10, 40, 4), times(1, 20, 50, 4)),
                List.of(arrival(10, 1), arrival(20, 2), arrival(30, 2), arrival(40, 2), arrival(50, 1)));
        assertThat(run.fullWindow()).isEqualTo(new RunTimes.FullWindow(20 * MILLI * 1e-9, 4, 2));
        assertThat(run.wallSeconds()).isCloseTo(0.050, within(1e-12));
        assertThat(run.answerTokens()).isEqualTo(8);
    }

    @Test
    void windowIsEmptyIfOneEndsBeforeAnotherBegins() {
        RunTimes run = new RunTimes(
                List.of(times(0, 10, 20, 2), times(0, 30, 40, 2)),
                List.of(arrival(10, 1), arrival(20, 1), arrival(30, 1), arrival(40, 1)));
        assertThat(run.fullWindow().tokens()).isZero();
    }
}
