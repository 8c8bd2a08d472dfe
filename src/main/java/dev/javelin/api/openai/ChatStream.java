package dev.javelin.api.openai;

import dev.javelin.api.openai.Call.Streaming;
import dev.javelin.api.openai.ChatWire.Chunk;
import dev.javelin.api.openai.ChatWire.ChunkChoice;
import dev.javelin.api.openai.ChatWire.Delta;
import dev.javelin.generation.GenerationEvent;
import dev.javelin.generation.GenerationEvent.ChoiceFinished;
import dev.javelin.generation.GenerationEvent.Completed;
import dev.javelin.generation.GenerationEvent.PromptScored;
import dev.javelin.generation.GenerationEvent.Started;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns one request's events into the chunks of a chat. Confined to its request. */
final class ChatStream {
    private final AnswerHead head;
    private final Call call;
    private final Streaming streaming;
    private final Logprobs logprobs;
    private final BitSet begun = new BitSet();
    private int[] promptTokenIds = {};
    private int completionTokens;

    ChatStream(AnswerHead head, Call call, Streaming streaming, Logprobs logprobs) {
        this.head = head;
        this.call = call;
        this.streaming = streaming;
        this.logprobs = logprobs;
    }

    /** The chunks for one event, often one, sometimes none. */
    List<Chunk> chunks(GenerationEvent event) {
        return switch (event) {
            case Started started -> {
                promptTokenIds = started.promptTokenIds();
                yield List.of();
            }
            case PromptScored scored -> List.of();
            case GenerationEvent.Delta delta -> delta(delta);
            case ChoiceFinished finished -> finished(finished);
            case Completed completed ->
                streaming.includeUsage() ? List.of(usage(UsageBody.of(completed.usage()))) : List.of();
        };
    }

    private List<Chunk> delta(GenerationEvent.Delta delta) {
        completionTokens += delta.tokenIds().length;
        List<Chunk> chunks = begin(delta.choiceIndex());
        boolean hasLogprobs = !delta.logprobs().isEmpty();
        if (!delta.text().isEmpty() || hasLogprobs || call.returnTokenIds()) {
            chunks.add(chunk(new ChunkChoice(
                    delta.choiceIndex(),
                    new Delta(null, delta.text()),
                    hasLogprobs ? logprobs.chat(delta.logprobs()) : null,
                    null,
                    null,
                    call.returnTokenIds() ? delta.tokenIds() : null)));
        }
        return chunks;
    }

    private List<Chunk> finished(ChoiceFinished event) {
        Finish finish = Finish.of(event, call);
        List<Chunk> chunks = begin(event.choiceIndex());
        chunks.add(chunk(new ChunkChoice(
                event.choiceIndex(), new Delta(null, null), null, finish.reason(), finish.stopReason(), null)));
        return chunks;
    }

    /** The chunk with the role, once for each answer. */
    private List<Chunk> begin(int choiceIndex) {
        List<Chunk> chunks = new ArrayList<>();
        if (!begun.get(choiceIndex)) {
            boolean first = begun.isEmpty();
            begun.set(choiceIndex);
            ChunkChoice choice = new ChunkChoice(choiceIndex, new Delta("assistant", ""), null, null, null, null);
            chunks.add(chunk(List.of(choice), usageSoFar(), first && call.returnTokenIds() ? promptTokenIds : null));
        }
        return chunks;
    }

    private Chunk chunk(ChunkChoice choice) {
        return chunk(List.of(choice), usageSoFar(), null);
    }

    private Chunk usage(UsageBody usage) {
        return chunk(List.of(), usage, null);
    }

    private Chunk chunk(List<ChunkChoice> choices, @Nullable UsageBody usage, int @Nullable [] prompt) {
        return new Chunk(
                head.id(),
                "chat.completion.chunk",
                head.created(),
                head.model(),
                head.fingerprint(),
                choices,
                usage,
                prompt);
    }

    private @Nullable UsageBody usageSoFar() {
        return streaming.continuousUsage() ? UsageBody.soFar(promptTokenIds.length, completionTokens) : null;
    }
}
