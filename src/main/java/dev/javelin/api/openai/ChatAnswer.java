package dev.javelin.api.openai;

import dev.javelin.api.openai.ChatWire.Choice;
import dev.javelin.api.openai.ChatWire.Completion;
import dev.javelin.api.openai.ChatWire.Message;
import dev.javelin.api.openai.ChatWire.PromptLogprob;
import dev.javelin.generation.GenerationEvent;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import dev.javelin.generation.GenerationEvent.Completed;
import dev.javelin.generation.GenerationEvent.Delta;
import dev.javelin.generation.GenerationEvent.PromptScored;
import dev.javelin.generation.GenerationEvent.Started;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.generation.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gathers one request's events into a whole chat answer. Confined to its request. */
final class ChatAnswer {
    private final AnswerHead head;
    private final Call call;
    private final Logprobs logprobs;
    private final List<Part> parts = new ArrayList<>();
    private int[] promptTokenIds = {};
    private @Nullable List<@Nullable Map<String, PromptLogprob>> promptLogprobs;
    private Usage usage = new Usage(0, 0, 0);

    ChatAnswer(AnswerHead head, Call call, Logprobs logprobs) {
        this.head = head;
        this.call = call;
        this.logprobs = logprobs;
        for (int i = 0; i < call.choiceCount(); i++) {
            parts.add(new Part());
        }
    }

    /** Takes one event. */
    ChatAnswer add(GenerationEvent event) {
        switch (event) {
            case Started started -> promptTokenIds = started.promptTokenIds();
            case PromptScored scored ->
                promptLogprobs = call.promptLogprobs() ? logprobs.prompt(scored.logprobs()) : null;
            case Delta delta -> parts.get(delta.choiceIndex()).add(delta);
            case ChoiceFinished finished -> parts.get(finished.choiceIndex()).finish = Finish.of(finished, call);
            case Completed completed -> usage = completed.usage();
        }
        return this;
    }

    /** The answer, after the last event. */
    Completion toWire() {
        List<Choice> choices = new ArrayList<>();
        for (Part part : parts) {
            choices.add(part.toWire(choices.size()));
        }
        return new Completion(
                head.id(),
                "chat.completion",
                head.created(),
                head.model(),
                head.fingerprint(),
                choices,
                UsageBody.of(usage),
                promptLogprobs,
                call.returnTokenIds() ? promptTokenIds : null);
    }

    private final class Part {
        private final StringBuilder text = new StringBuilder();
        private final List<TokenLogprobs> tokens = new ArrayList<>();
        private final IntList tokenIds = new IntList();
        private Finish finish = new Finish("stop", null);

        private void add(Delta delta) {
            text.append(delta.text());
            tokens.addAll(delta.logprobs());
            tokenIds.add(delta.tokenIds());
        }

        private Choice toWire(int index) {
            return new Choice(
                    index,
                    new Message("assistant", text.toString(), null),
                    call.logprobs().answerTopCount() == null ? null : logprobs.chat(tokens),
                    finish.reason(),
                    finish.stopReason(),
                    call.returnTokenIds() ? tokenIds.toArray() : null);
        }
    }
}
