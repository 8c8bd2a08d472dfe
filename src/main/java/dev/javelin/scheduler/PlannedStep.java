package dev.javelin.scheduler;

import dev.javelin.backend.StepPlan;
import java.util.List;

/**
 * A plan with those it was made for. Immutable; passed along from plan to completion.
 *
 * @param plan what the runner gets
 * @param sequences one a row
 * @param epochs each sequence's epoch when the row was planned
 * @param admitted sequences that were scheduled for the first time
 */
public record PlannedStep(StepPlan plan, List<Sequence> sequences, int[] epochs, List<Admission> admitted) {
    /**
     * A sequence's first scheduling.
     *
     * @param sequence who
     * @param cachedTokens prompt tokens that came from the prefix cache
     */
    public record Admission(Sequence sequence, int cachedTokens) {}

    /** Whether there is nothing to run. */
    public boolean isEmpty() {
        return plan.rows().isEmpty();
    }
}
