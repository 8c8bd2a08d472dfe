package dev.javelin.engine;

import dev.javelin.backend.SlotSampling;
import dev.javelin.generation.GenerationRequest;
import dev.javelin.scheduler.Sequence;
import dev.javelin.scheduler.SequenceRequest;
import java.util.ArrayList;
import java.util.List;

/** Makes a request's sequences; a sequence's id holds its request's ordinal. Stateless. */
final class Choices {
    private static final int[] NONE = {};

    private Choices() {}

    /** One sequence a choice; all but the first wait for the first one's prompt. */
    static List<Sequence> of(EngineTicket ticket) {
        EngineRequest request = ticket.request();
        List<Sequence> choices = new ArrayList<>(request.choiceCount());
        for (int choice = 0; choice < request.choiceCount(); choice++) {
            boolean scores = choice == 0 && request.logprobs().promptTopCount() != null;
            SlotSampling sampling = new SlotSampling(
                    request.sampling(),
                    request.seed(),
                    choice,
                    request.minTokens(),
                    request.minTokens() > 0 ? request.endTokenIds() : NONE,
                    request.logprobs().answerTopCount(),
                    scores ? request.logprobs().promptTopCount() : null);
            long sequenceId = ticket.requestOrdinal() * GenerationRequest.MAX_CHOICES + choice;
            choices.add(new Sequence(
                    new SequenceRequest(
                            sequenceId,
                            request.promptTokenIds(),
                            sampling,
                            request.maxTokens(),
                            request.endTokenIds(),
                            scores,
                            request.priority(),
                            sequenceId,
                            request.cacheSalt()),
                    choice == 0 ? null : choices.getFirst()));
        }
        return choices;
    }

    static long requestOrdinal(Sequence sequence) {
        return sequence.request().sequenceId() / GenerationRequest.MAX_CHOICES;
    }

    static int choiceIndex(Sequence sequence) {
        return sequence.request().sampling().choiceIndex();
    }
}
