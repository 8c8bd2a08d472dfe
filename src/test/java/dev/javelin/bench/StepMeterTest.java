package dev.javelin.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StepMeterTest {
    private final StepMeter meter = new StepMeter();

    /** One cycle from a time on: 10 of own work, launch 3, sample 2, 20 of waiting. */
    private long cycle(long start, int rows, int tokens) {
        meter.launched(rows, tokens, start + 10, start + 13);
        meter.sampled(start + 13, start + 15);
        meter.awaited(rows, tokens, start + 15, start + 35, 30);
        return start + 35;
    }

    @Test
    void decodeCyclesAreCutIntoOwnTimeAndCalls() {
        meter.reset(4);
        long now = cycle(1000, 4, 4);
        now = cycle(now, 4, 4);
        cycle(now, 4, 4);
        StepMeter.Reading reading = meter.reading();
        // what came before the first step is not the engine's: the thread may have rested
        assertThat(reading.decode()).isEqualTo(new StepMeter.Sums(2, 20, 10));
        assertThat(reading.mixed().count()).isZero();
        assertThat(reading.computeNanos()).isEqualTo(90);
        assertThat(reading.wallNanos()).isEqualTo(95);
    }

    @Test
    void cyclesWithPromptsOrFewerSequencesDoNotCount() {
        meter.reset(4);
        long now = cycle(1000, 4, 4);
        now = cycle(now, 4, 70);
        now = cycle(now, 4, 4);
        now = cycle(now, 3, 3);
        now = cycle(now, 4, 4);
        cycle(now, 4, 4);
        StepMeter.Reading reading = meter.reading();
        assertThat(reading.decode()).isEqualTo(new StepMeter.Sums(1, 10, 5));
        assertThat(reading.mixed()).isEqualTo(new StepMeter.Sums(1, 0, 3));
    }

    @Test
    void resetForgets() {
        meter.reset(1);
        cycle(cycle(1000, 1, 1), 1, 1);
        meter.reset(1);
        assertThat(meter.reading()).isEqualTo(new StepMeter.Reading(sums(), sums(), 0, 0));
    }

    private static StepMeter.Sums sums() {
        return new StepMeter.Sums(0, 0, 0);
    }
}
