package dev.javelin.bench;

import dev.javelin.backend.RunnerDescription;
import dev.javelin.bench.RowOutcome.Measured;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What the engine thread itself needs for a full decode step, and how much of the time the device works. Immutable.
 *
 * <p>With a runner that works by itself, the time in its launch and sample calls counts as the engine's; one that
 * computes within these calls (a single step in flight: the CPU's) is left out.
 *
 * @param name the row's
 * @param decode what is run
 */
record OverheadRow(String name, DecodeRow decode) implements Row {
    /** The line that says how busy the device is. */
    static final String BUSY = "device-busy";
    /** The line that says what enqueueing a step with prompts costs. */
    static final String MIXED = "mixed-launch";

    @Override
    public String workload() {
        return decode.workload();
    }

    @Override
    public @Nullable String obstacle(RunnerDescription runner) {
        return decode.obstacle(runner);
    }

    @Override
    public List<Measured> measure(Trials trials) throws OutOfTimeException {
        StepMeter meter = trials.engine().meter();
        decode.run(trials);
        List<StepMeter.Reading> readings = trials.pace().repeat(() -> {
            meter.reset(decode.sequences());
            decode.run(trials);
            return meter.reading();
        });
        boolean enqueues = trials.engine().description().maxStepsInFlight() > 1;
        List<Measured> lines = new ArrayList<>();
        ToDoubleFunction<StepMeter.Reading> calls =
                reading -> millis(reading.decode().callNanos(), reading.decode().count());
        double callMillis = samples(readings, calls).median();
        Samples own = samples(
                readings,
                reading -> millis(reading.decode().ownNanos(), reading.decode().count())
                        + (enqueues ? calls.applyAsDouble(reading) : 0));
        String note = enqueues
                ? String.format(Locale.ROOT, "a decode step; %.3f ms of it in launch and sample", callMillis)
                : "a decode step, without the runner's own computing";
        lines.add(new Measured(name, workload(), Unit.MILLISECONDS, own, null, note));
        if (enqueues) {
            Samples mixed = samples(
                    readings,
                    reading ->
                            millis(reading.mixed().callNanos(), reading.mixed().count()));
            lines.add(new Measured(
                    MIXED, workload(), Unit.MILLISECONDS, mixed, null, "the launch call of a step with prompts"));
        }
        Samples busy = samples(readings, reading -> 100.0 * reading.computeNanos() / reading.wallNanos());
        lines.add(new Measured(BUSY, workload(), Unit.PERCENT, busy, 100.0, "the steps' compute time over the wall's"));
        return lines;
    }

    private static Samples samples(List<StepMeter.Reading> readings, ToDoubleFunction<StepMeter.Reading> figure) {
        return Samples.of(readings.stream().mapToDouble(figure).toArray());
    }

    private static double millis(long nanos, long count) {
        return nanos * 1e-6 / Math.max(1, count);
    }
}
