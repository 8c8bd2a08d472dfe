package dev.javelin.output;

import dev.javelin.engine.EngineRequest;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.GenerationRequest;
import dev.javelin.generation.Prompt;
import dev.javelin.generation.StopCriteria;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/** Turns a request and its encoded prompt into what the engine takes, every default resolved. Thread-safe. */
final class EngineRequests {
    private final TextModel model;
    private final LongSupplier seeds;

    EngineRequests(TextModel model, LongSupplier seeds) {
        this.model = model;
        this.seeds = seeds;
    }

    /**
     * Resolves defaults and checks lengths.
     *
     * @throws JavelinException INVALID_REQUEST for an empty prompt, CONTEXT_LENGTH_EXCEEDED with both numbers
     */
    EngineRequest assemble(GenerationRequest request, int[] promptTokenIds) {
        StopCriteria stop = request.stop();
        checkTokenIds(field(request), promptTokenIds);
        Long seed = request.sampling().seed();
        return new EngineRequest(
                request.requestId(),
                promptTokenIds,
                request.sampling(),
                seed == null ? seeds.getAsLong() : seed,
                maxTokens(request, promptTokenIds.length),
                stop.minTokens(),
                endTokenIds(stop),
                request.logprobs(),
                request.choiceCount(),
                request.priority(),
                request.cacheSalt());
    }

    private static String field(GenerationRequest request) {
        return request.prompt() instanceof Prompt.Chat ? "messages" : "prompt";
    }

    private int maxTokens(GenerationRequest request, int promptTokens) {
        String field = field(request);
        if (promptTokens == 0) {
            throw JavelinException.ofField(ErrorCode.INVALID_REQUEST, field, field + " has no tokens");
        }
        int contextTokens = model.contextTokens();
        int roomTokens = contextTokens - promptTokens;
        if (roomTokens < 1) {
            throw JavelinException.ofField(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    field,
                    "prompt has " + promptTokens + " tokens, the model's limit is " + contextTokens
                            + " for prompt and answer");
        }
        Integer asked = request.stop().maxTokens();
        if (asked != null && asked > roomTokens) {
            throw JavelinException.ofField(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    "max_tokens",
                    "prompt has " + promptTokens + " tokens and max_tokens is " + asked + ", together "
                            + ((long) promptTokens + asked) + ", the model's limit is " + contextTokens);
        }
        int maxTokens = asked == null ? roomTokens : asked;
        if (request.stop().minTokens() > maxTokens) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_REQUEST,
                    "min_tokens",
                    "min_tokens is " + request.stop().minTokens() + ", the answer can have at most " + maxTokens
                            + " tokens");
        }
        return maxTokens;
    }

    /** The tokenizer may know tokens that the model has no row for. */
    private void checkTokenIds(String field, int[] promptTokenIds) {
        for (int id : promptTokenIds) {
            if (id < 0 || id >= model.vocabularyTokens()) {
                throw JavelinException.ofField(
                        ErrorCode.INVALID_REQUEST,
                        field,
                        field + " encodes to token id " + id + ", the model's ids are 0 to "
                                + (model.vocabularyTokens() - 1));
            }
        }
    }

    private int[] endTokenIds(StopCriteria stop) {
        Set<Integer> ids = new TreeSet<>(stop.stopTokenIds());
        if (!stop.ignoreEos()) {
            ids.addAll(model.endTokenIds());
        }
        return ids.stream().mapToInt(Integer::intValue).toArray();
    }
}
