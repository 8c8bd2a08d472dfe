package dev.javelin.tokenizer;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.Arrays;

/**
 * Stands in where a model comes without a tokenizer: prompts must be token ids, and answers have ids but no text.
 * Immutable.
 */
public final class IdsOnlyTokenizer implements Tokenizer {
    private final Vocabulary vocabulary;
    private final SpecialTokens specialTokens;

    /**
     * A tokenizer that knows how many ids there are.
     *
     * @param vocabulary of tokens without text
     * @param specialTokens ids that have a role all the same, such as those that end an answer
     */
    public IdsOnlyTokenizer(Vocabulary vocabulary, SpecialTokens specialTokens) {
        this.vocabulary = vocabulary;
        this.specialTokens = specialTokens;
    }

    /** A vocabulary of so many tokens, each of which is nothing but its id. */
    public static Vocabulary vocabulary(int sizeTokens) {
        String[] texts = new String[sizeTokens];
        TokenType[] types = new TokenType[sizeTokens];
        Arrays.fill(texts, "");
        Arrays.fill(types, TokenType.UNUSED);
        byte[] none = new byte[0];
        return new Vocabulary(texts, types, (text, type) -> none);
    }

    @Override
    public int[] encode(CharSequence text, EncodeOptions options) {
        throw new JavelinException(
                ErrorCode.INVALID_REQUEST, "the model has no tokenizer: it takes prompts as token ids, not as text");
    }

    @Override
    public IncrementalDecoder decoder(DecodeOptions options) {
        return new IncrementalDecoder(vocabulary, LeadingSpace.KEEP, options);
    }

    @Override
    public Vocabulary vocabulary() {
        return vocabulary;
    }

    @Override
    public SpecialTokens specialTokens() {
        return specialTokens;
    }

    @Override
    public int maxTextChars() {
        return 0;
    }
}
