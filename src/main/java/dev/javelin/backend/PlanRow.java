package dev.javelin.backend;

/**
 * A span of one sequence's tokens that this step appends to its slot. Immutable.
 *
 * @param sequenceId whose span it is
 * @param slotId where its state lives
 * @param input where the token ids come from
 * @param tokenCount tokens of the span, at least 1
 * @param samples whether a token is drawn after the span's last position
 * @param scoredTokenIds log-probabilities are wanted of these tokens: entry i stands at the position after the span's
 *     i-th token; empty where none are wanted, never longer than the span
 * @param awaitsMask whether sampling of this row waits for a {@link TokenMask}
 * @param adapterId the low-rank adapter, 0 for none
 */
public record PlanRow(
        long sequenceId,
        int slotId,
        RowInput input,
        int tokenCount,
        boolean samples,
        int[] scoredTokenIds,
        boolean awaitsMask,
        int adapterId) {
    /** For rows that score nothing. */
    public static final int[] NO_SCORES = {};
}
