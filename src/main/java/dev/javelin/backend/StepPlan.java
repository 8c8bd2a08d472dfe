package dev.javelin.backend;

import java.util.List;

/**
 * One step's work. Immutable.
 *
 * @param stepId counts from 0
 * @param slotOps changes of slots, applied in order before any row
 * @param rows spans to run, at most one a slot; rows with one token first
 * @param tokenCount tokens over all rows
 */
public record StepPlan(long stepId, List<SlotOp> slotOps, List<PlanRow> rows, int tokenCount) {
    /**
     * Copies nothing: the lists must not change afterwards.
     *
     * @throws IllegalArgumentException if the rows do not have {@code tokenCount} tokens
     */
    public StepPlan {
        int sum = 0;
        for (PlanRow row : rows) {
            sum += row.tokenCount();
        }
        if (sum != tokenCount) {
            throw new IllegalArgumentException("rows have " + sum + " tokens, the plan says " + tokenCount);
        }
    }
}
