package dev.javelin.bench;

import dev.javelin.backend.RunnerDescription;
import dev.javelin.bench.RowOutcome.Measured;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Time to first token of one prompt on an idle engine: from submission to the arrival of its token. Immutable.
 *
 * @param name the row's
 * @param promptTokens tokens of the prompt
 */
record TtftRow(String name, int promptTokens) implements Row {
    private RequestShape shape() {
        return RequestShape.of(promptTokens, 1);
    }

    @Override
    public String workload() {
        return "1 x (" + promptTokens + " in)";
    }

    @Override
    public @Nullable String obstacle(RunnerDescription runner) {
        return Fit.obstacle(runner, 1, shape().lengthTokens());
    }

    @Override
    public List<Measured> measure(Trials trials) throws OutOfTimeException {
        millis(trials);
        List<Double> millis = trials.pace().repeat(() -> millis(trials));
        double floor = 1e3 * trials.floors().promptSeconds(shape());
        return List.of(new Measured(name, workload(), Unit.MILLISECONDS, Samples.of(millis), floor, ""));
    }

    private double millis(Trials trials) throws OutOfTimeException {
        return 1e3 * trials.runAlone(List.of(shape())).requests().getFirst().firstTokenSeconds();
    }
}
