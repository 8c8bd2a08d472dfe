package dev.javelin.bench;

import dev.javelin.backend.RunnerDescription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something that is measured. Immutable. */
interface Row {
    /** Its name: stable, for {@code --rows} and for whoever compares reports. */
    String name();

    /** What is run, for people. */
    String workload();

    /** Why a runner cannot run it, with the numbers, or null if it can. */
    @Nullable String obstacle(RunnerDescription runner);

    /**
     * Warms up, then measures.
     *
     * @return one line or several
     * @throws OutOfTimeException if the time was over before the first repeat was done
     */
    List<RowOutcome.Measured> measure(Trials trials) throws OutOfTimeException;
}
