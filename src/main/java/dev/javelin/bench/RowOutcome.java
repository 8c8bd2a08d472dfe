package dev.javelin.bench;

import org.jspecify.annotations.Nullable;

/** One line of a report. Immutable. */
public sealed interface RowOutcome {
    /** The row's name. */
    String row();

    /** What was run, for people. */
    String workload();

    /**
     * A row that was measured.
     *
     * @param row the row's name
     * @param workload what was run, for people
     * @param unit the figures' unit
     * @param samples one figure a repeat; the median counts
     * @param floor the best that the device could do, in the same unit, or null where there is no such thing
     * @param note what else is worth knowing, or empty
     */
    record Measured(
            String row,
            String workload,
            Unit unit,
            Samples samples,
            @Nullable Double floor,
            String note) implements RowOutcome {
        /** The median's share of the floor, or null. */
        public @Nullable Double share() {
            return floor == null ? null : unit.share(samples.median(), floor);
        }
    }

    /**
     * A row that could not be measured.
     *
     * @param row the row's name
     * @param workload what would have been run
     * @param reason why not, with the numbers
     */
    record NotRun(String row, String workload, String reason) implements RowOutcome {}
}
