package dev.javelin.tokenizer;

import java.util.OptionalInt;
import java.util.Set;

/**
 * The ids with a role. Immutable.
 *
 * @param bosId begins a text, if the model has such a token
 * @param eosId ends a text, if the model has such a token
 * @param unknownId stands for what the vocabulary cannot spell
 * @param paddingId fills batches
 * @param endOfGenerationIds every id that ends an answer: end of text, of turn, of message; eosId is among them
 */
public record SpecialTokens(
        OptionalInt bosId,
        OptionalInt eosId,
        OptionalInt unknownId,
        OptionalInt paddingId,
        Set<Integer> endOfGenerationIds) {
    /** No roles at all. */
    public static final SpecialTokens NONE = new SpecialTokens(
            OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty(), Set.of());

    /** Copies the set. */
    public SpecialTokens {
        endOfGenerationIds = Set.copyOf(endOfGenerationIds);
    }
}
