package dev.javelin.api.openai;

import dev.javelin.api.openai.Call.Streaming;
import dev.javelin.api.openai.CompletionRequests.Completion;
import dev.javelin.api.openai.CompletionWire.Choice;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import dev.javelin.generation.GenerationEvent.Completed;
import dev.javelin.generation.GenerationEvent.Delta;
import dev.javelin.generation.GenerationEvent.PromptScored;
import dev.javelin.generation.GenerationEvent.Started;
import dev.javelin.generation.Prompt;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.generation.Usage;
import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns the events of a completion's prompts into the chunks of a stream or into one whole answer. Confined to its
 * request.
 */
final class CompletionEvents {
    private final AnswerHead head;
    private final Completion request;
    private final Tokenizer tokenizer;
    private final List<CompletionPart> parts = new ArrayList<>();
    private final List<@Nullable Finish> finishes = new ArrayList<>();
    private final List<int[]> promptTokenIds = new ArrayList<>();
    private final List<List<TokenLogprobs>> promptScores = new ArrayList<>();
    private Usage usage = new Usage(0, 0, 0);
    private int completedPrompts;
    private int promptTokens;
    private int completionTokens;

    CompletionEvents(AnswerHead head, Completion request, Tokenizer tokenizer, Logprobs logprobs) {
        this.head = head;
        this.request = request;
        this.tokenizer = tokenizer;
        int count = request.prompts().size() * request.call().choiceCount();
        for (int i = 0; i < count; i++) {
            parts.add(new CompletionPart(i, request, new CompletionLogprobs(tokenizer, logprobs), logprobs));
            finishes.add(null);
        }
        for (int i = 0; i < request.prompts().size(); i++) {
            promptTokenIds.add(new int[0]);
            promptScores.add(List.of());
        }
    }

    /** Takes one event of a whole answer. */
    CompletionEvents add(PromptEvent promptEvent) {
        int prompt = promptEvent.promptIndex();
        switch (promptEvent.event()) {
            case Started started -> {
                promptTokenIds.set(prompt, started.promptTokenIds());
                promptTokens += started.promptTokenIds().length;
            }
            case PromptScored scored -> promptScores.set(prompt, scored.logprobs());
            case Delta delta -> {
                completionTokens += delta.tokenIds().length;
                part(prompt, delta.choiceIndex()).add(delta);
            }
            case ChoiceFinished finished -> {
                part(prompt, finished.choiceIndex());
                finishes.set(index(prompt, finished.choiceIndex()), Finish.of(finished, request.call()));
            }
            case Completed completed -> complete(completed.usage());
        }
        return this;
    }

    private void complete(Usage more) {
        completedPrompts++;
        usage = new Usage(
                usage.promptTokens() + more.promptTokens(),
                usage.completionTokens() + more.completionTokens(),
                usage.cachedPromptTokens() + more.cachedPromptTokens());
    }

    /** The chunks for one event of a stream, often one, sometimes none. */
    List<CompletionWire.Completion> chunks(PromptEvent promptEvent, Streaming streaming) {
        add(promptEvent);
        int prompt = promptEvent.promptIndex();
        return switch (promptEvent.event()) {
            case Started started -> List.of();
            case PromptScored scored -> List.of();
            case Delta delta ->
                part(prompt, delta.choiceIndex()).hasNews()
                        ? List.of(chunk(part(prompt, delta.choiceIndex()).take(null), streaming))
                        : List.of();
            case ChoiceFinished finished -> {
                int index = index(prompt, finished.choiceIndex());
                yield List.of(chunk(parts.get(index).take(finishes.get(index)), streaming));
            }
            case Completed completed ->
                completedPrompts == request.prompts().size() && streaming.includeUsage()
                        ? List.of(wire(List.of(), UsageBody.of(usage)))
                        : List.of();
        };
    }

    private CompletionWire.Completion chunk(Choice choice, Streaming streaming) {
        return wire(
                List.of(choice), streaming.continuousUsage() ? UsageBody.soFar(promptTokens, completionTokens) : null);
    }

    /** The whole answer, after the last event. */
    CompletionWire.Completion toWire() {
        List<Choice> choices = new ArrayList<>();
        for (CompletionPart part : parts) {
            choices.add(part.take(finishes.get(choices.size())));
        }
        return wire(choices, UsageBody.of(usage));
    }

    private CompletionWire.Completion wire(List<Choice> choices, @Nullable UsageBody usageBody) {
        return new CompletionWire.Completion(
                head.id(), "text_completion", head.created(), head.model(), head.fingerprint(), choices, usageBody);
    }

    private int index(int prompt, int choice) {
        return prompt * request.call().choiceCount() + choice;
    }

    private CompletionPart part(int prompt, int choice) {
        CompletionPart part = parts.get(index(prompt, choice));
        if (!part.hasBegun()) {
            String echoed = request.echo() ? promptText(prompt) : "";
            part.begin(promptTokenIds.get(prompt), echoed, promptScores.get(prompt));
        }
        return part;
    }

    /** A prompt's text as it was sent; token ids are decoded. */
    private String promptText(int prompt) {
        return switch (request.prompts().get(prompt)) {
            case Prompt.Text text -> text.text();
            case Prompt.Tokens tokens -> tokenizer.decode(tokens.tokenIds(), DecodeOptions.TEXT);
            case Prompt.Chat chat -> "";
        };
    }
}
