package dev.javelin.api.openai;

import dev.javelin.api.openai.ChatWire.PromptLogprob;
import dev.javelin.api.openai.CompletionRequests.Completion;
import dev.javelin.api.openai.CompletionWire.Choice;
import dev.javelin.generation.GenerationEvent.Delta;
import dev.javelin.generation.TokenLogprobs;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One answer to one prompt: what came since it was last taken, so that a stream takes it often and a whole answer once.
 * Confined to its request.
 */
final class CompletionPart {
    private final int index;
    private final Completion request;
    private final CompletionLogprobs tokens;
    private final Logprobs logprobs;
    private final StringBuilder text = new StringBuilder();
    private IntList tokenIds = new IntList();
    private @Nullable List<@Nullable Map<String, PromptLogprob>> promptLogprobs;
    private int @Nullable [] promptTokenIds;
    private boolean begun;

    CompletionPart(int index, Completion request, CompletionLogprobs tokens, Logprobs logprobs) {
        this.index = index;
        this.request = request;
        this.tokens = tokens;
        this.logprobs = logprobs;
    }

    /**
     * The answer begins.
     *
     * @param prompt the prompt's ids
     * @param promptText the prompt's text, shown where an echo was asked for
     * @param scores of the prompt, none where not asked for
     */
    void begin(int[] prompt, String promptText, List<TokenLogprobs> scores) {
        begun = true;
        text.append(promptText);
        if (showsLogprobs()) {
            beginLogprobs(prompt, promptText, scores);
        }
        if (request.call().promptLogprobs()) {
            promptLogprobs = logprobs.prompt(scores);
        }
        if (request.call().returnTokenIds()) {
            promptTokenIds = prompt;
        }
    }

    boolean hasBegun() {
        return begun;
    }

    private void beginLogprobs(int[] prompt, String promptText, List<TokenLogprobs> scores) {
        if (request.echo()) {
            tokens.addPrompt(prompt, scores, promptText.codePointCount(0, promptText.length()));
        } else {
            tokens.beginAnswer(prompt, 0);
        }
    }

    private boolean showsLogprobs() {
        return request.call().logprobs().answerTopCount() != null;
    }

    void add(Delta delta) {
        text.append(delta.text());
        tokens.addAnswer(delta.logprobs());
        tokenIds.add(delta.tokenIds());
    }

    /** Whether there is anything to show. */
    boolean hasNews() {
        return !text.isEmpty() || ((request.call().returnTokenIds() || showsLogprobs()) && !tokenIds.isEmpty());
    }

    /** What came since the last call. */
    Choice take(@Nullable Finish finish) {
        Choice choice = new Choice(
                index,
                text.toString(),
                showsLogprobs() ? tokens.take() : null,
                finish == null ? null : finish.reason(),
                finish == null ? null : finish.stopReason(),
                promptLogprobs,
                request.call().returnTokenIds() ? tokenIds.toArray() : null,
                promptTokenIds);
        text.setLength(0);
        tokenIds = new IntList();
        promptLogprobs = null;
        promptTokenIds = null;
        return choice;
    }
}
