package dev.javelin.output;

import dev.javelin.tokenizer.Tokenizer;
import java.util.Set;

/**
 * The served model as text sees it. Immutable.
 *
 * @param tokenizer ids to text
 * @param prompts prompts to ids
 * @param vocabularyTokens ids that the model takes are 0 to this, exclusive; the tokenizer may know fewer or more
 * @param contextTokens most tokens of prompt and answer together
 * @param endTokenIds the model's own end-of-sequence tokens
 */
public record TextModel(
        Tokenizer tokenizer, PromptEncoder prompts, int vocabularyTokens, int contextTokens, Set<Integer> endTokenIds) {
    /** Copies the set. */
    public TextModel {
        endTokenIds = Set.copyOf(endTokenIds);
    }
}
