package dev.javelin.bench;

import dev.javelin.backend.RunnerDescription;
import dev.javelin.bench.RowOutcome.Measured;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Time per output token of one request alone: from its first token to its last, over the tokens after the first.
 * Immutable.
 *
 * @param name the row's
 * @param shape of the request
 */
record TpotRow(String name, RequestShape shape) implements Row {
    @Override
    public String workload() {
        return "1 x (" + shape.promptTokens() + " in + " + shape.answerTokens() + " out)";
    }

    @Override
    public @Nullable String obstacle(RunnerDescription runner) {
        return Fit.obstacle(runner, 1, shape.lengthTokens());
    }

    @Override
    public List<Measured> measure(Trials trials) throws OutOfTimeException {
        millisPerToken(trials);
        List<Double> millis = trials.pace().repeat(() -> millisPerToken(trials));
        double floor = 1e3 * trials.floors().decodeStepSeconds(shape, 1);
        return List.of(new Measured(name, workload(), Unit.MILLISECONDS, Samples.of(millis), floor, ""));
    }

    private double millisPerToken(Trials trials) throws OutOfTimeException {
        return 1e3 * trials.runAlone(List.of(shape)).requests().getFirst().secondsPerToken();
    }
}
