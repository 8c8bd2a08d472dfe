package dev.javelin.bench;

import dev.javelin.backend.RunnerDescription;
import dev.javelin.bench.RowOutcome.Measured;
import dev.javelin.bench.RunTimes.FullWindow;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Throughput while a number of equal requests decode together: tokens that arrive between the last first token and the
 * first last token, over that time. Immutable.
 *
 * @param name the row's
 * @param sequences how many requests
 * @param shape of each
 */
record DecodeRow(String name, int sequences, RequestShape shape) implements Row {
    @Override
    public String workload() {
        return sequences + " x (" + shape.promptTokens() + " in + " + shape.answerTokens() + " out)";
    }

    @Override
    public @Nullable String obstacle(RunnerDescription runner) {
        return Fit.obstacle(runner, sequences, shape.lengthTokens());
    }

    @Override
    public List<Measured> measure(Trials trials) throws OutOfTimeException {
        run(trials);
        List<Double> rates = trials.pace().repeat(() -> {
            FullWindow window = run(trials);
            return window.tokens() / window.seconds();
        });
        double floor = sequences / trials.floors().decodeStepSeconds(shape, sequences);
        return List.of(new Measured(name, workload(), Unit.TOKENS_PER_SECOND, Samples.of(rates), floor, ""));
    }

    /** Runs once; the window in which all decoded. */
    FullWindow run(Trials trials) throws OutOfTimeException {
        FullWindow window =
                trials.runTogether(Collections.nCopies(sequences, shape)).fullWindow();
        if (window.tokens() == 0) {
            throw new JavelinException(
                    ErrorCode.INVALID_SETTING,
                    name + ": the first of " + sequences + " sequences ended before the last began; a step of more "
                            + "tokens (max-step-tokens) would bring them together");
        }
        return window;
    }
}
