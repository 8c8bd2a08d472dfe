package dev.javelin.tokenizer.pipeline;

import dev.javelin.tokenizer.LeadingSpace;
import dev.javelin.tokenizer.SpecialTokens;
import dev.javelin.tokenizer.Vocabulary;
import dev.javelin.tokenizer.pretokenizer.PreTokenizer;
import java.util.List;

/**
 * Everything that makes a tokenizer, as a source describes it. Immutable.
 *
 * @param vocabulary every token
 * @param specialTokens the ids with a role
 * @param addedTokens what is found before the model sees the text
 * @param normalizer rewrites the text between added tokens
 * @param preTokenizer cuts it into pieces
 * @param model turns a piece into ids
 * @param template ids around the text
 * @param leadingSpace what decoding does with the first space
 */
public record Pipeline(
        Vocabulary vocabulary,
        SpecialTokens specialTokens,
        List<AddedToken> addedTokens,
        Normalizer normalizer,
        PreTokenizer preTokenizer,
        PieceModel model,
        Template template,
        LeadingSpace leadingSpace) {
    /** Copies the list. */
    public Pipeline {
        addedTokens = List.copyOf(addedTokens);
    }
}
