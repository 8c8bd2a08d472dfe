package dev.javelin.backend;

import dev.javelin.generation.TokenLogprobs;
import java.util.List;

/**
 * What a step gave, by the plan's rows. Immutable.
 *
 * @param stepId the plan's
 * @param statuses one a row
 * @param tokenOffsets row r's tokens are {@code tokenIds[tokenOffsets[r] .. tokenOffsets[r + 1])}; one entry more than
 *     rows
 * @param tokenIds accepted tokens: none for a row that does not sample, one for one that does, up to k + 1 for one that
 *     verifies k drafts
 * @param logprobs a list a row, with an entry for each of its accepted tokens, or empty where not asked for; the outer
 *     list is empty where no row asked
 * @param scores a list a row, with an entry for each of its scored tokens; the outer list is empty where no row asked
 * @param computeNanos from the start of the forward pass to the end of sampling
 */
public record StepResult(
        long stepId,
        RowStatus[] statuses,
        int[] tokenOffsets,
        int[] tokenIds,
        List<List<TokenLogprobs>> logprobs,
        List<List<TokenLogprobs>> scores,
        long computeNanos) {
    /** How many tokens a row accepted. */
    public int tokenCount(int rowIndex) {
        return tokenOffsets[rowIndex + 1] - tokenOffsets[rowIndex];
    }

    /** A row's i-th accepted token. */
    public int tokenId(int rowIndex, int i) {
        return tokenIds[tokenOffsets[rowIndex] + i];
    }

    /** Log-probabilities of a row's accepted tokens; empty where not asked for. */
    public List<TokenLogprobs> logprobs(int rowIndex) {
        return logprobs.isEmpty() ? List.of() : logprobs.get(rowIndex);
    }

    /** Log-probabilities of a row's scored tokens; empty where not asked for. */
    public List<TokenLogprobs> scores(int rowIndex) {
        return scores.isEmpty() ? List.of() : scores.get(rowIndex);
    }
}
