package dev.javelin.scheduler;

import dev.javelin.generation.FinishReason;
import dev.javelin.generation.TokenLogprobs;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a step brought one sequence. Immutable.
 *
 * @param sequence who
 * @param tokenIds new tokens, an ending one included
 * @param logprobs one entry a token, or empty
 * @param promptScores one entry for each of the next prompt tokens, or empty
 * @param finish why it ended, or null while it runs; {@link FinishReason#ERROR} means that its logits were no numbers
 */
public record SequenceNews(
        Sequence sequence,
        int[] tokenIds,
        List<TokenLogprobs> logprobs,
        List<TokenLogprobs> promptScores,
        @Nullable FinishReason finish) {}
