package dev.javelin.bench;

import dev.javelin.backend.RunnerDescription;
import dev.javelin.bench.RowOutcome.Measured;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Time from the process's start to the first token, of this very process: the model is found and loaded, the engine
 * started, a short prompt run. Immutable.
 *
 * @param name the row's
 */
record StartRow(String name) implements Row {
    /** What is run first of all. */
    static final RequestShape FIRST = RequestShape.of(16, 2);

    @Override
    public String workload() {
        return "this process, without a web server, to the first token of a prompt of " + FIRST.promptTokens();
    }

    @Override
    public @Nullable String obstacle(RunnerDescription runner) {
        return null;
    }

    @Override
    public List<Measured> measure(Trials trials) {
        return List.of(new Measured(name, workload(), Unit.SECONDS, Samples.of(trials.startSeconds()), null, ""));
    }
}
