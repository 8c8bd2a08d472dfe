package dev.javelin.tokenizer;

import java.util.OptionalInt;
import java.util.Set;

/** Text to token ids and back, for one model. Thread-safe because immutable, apart from a bounded cache of pieces. */
public interface Tokenizer {
    /**
     * The ids of a text.
     *
     * @param text well-formed UTF-16 of at most {@link #maxTextChars()} chars
     * @param options template and special tokens
     * @throws dev.javelin.error.JavelinException INVALID_REQUEST for a lone surrogate or a text that is too long
     */
    int[] encode(CharSequence text, EncodeOptions options);

    /** A decoder at the beginning of a text. */
    IncrementalDecoder decoder(DecodeOptions options);

    /** Every token. */
    Vocabulary vocabulary();

    /** The ids with a role. */
    SpecialTokens specialTokens();

    /** The longest text that encode takes, in UTF-16 chars. */
    int maxTextChars();

    /**
     * The ids of a text, special tokens in it recognised.
     *
     * @param text well-formed UTF-16
     * @param addSpecialTokens whether the model's template (bos, eos) is put around them
     */
    default int[] encode(CharSequence text, boolean addSpecialTokens) {
        return encode(text, new EncodeOptions(addSpecialTokens, true));
    }

    /**
     * The text of ids, decoded as a text of their own.
     *
     * @param ids of the vocabulary
     * @param options whether special tokens are skipped
     * @throws dev.javelin.error.JavelinException INVALID_REQUEST for an id outside the vocabulary
     */
    default String decode(int[] ids, DecodeOptions options) {
        IncrementalDecoder decoder = decoder(options);
        return decoder.push(ids) + decoder.finish();
    }

    /** {@link #decode(int[], DecodeOptions)} in short. */
    default String decode(int[] ids, boolean skipSpecial) {
        return decode(ids, new DecodeOptions(skipSpecial));
    }

    /**
     * A decoder for what a model says after a prompt: the first space stays, and a character that the prompt's last
     * token left unfinished is completed.
     *
     * @param promptIds the prompt; without any, the decoder begins a text
     * @param options whether special tokens are skipped
     */
    default IncrementalDecoder decoderAfter(int[] promptIds, DecodeOptions options) {
        IncrementalDecoder decoder = decoder(options);
        decoder.skip(promptIds);
        return decoder;
    }

    /** The count of ids, holes included: ids are in [0, vocabularySize). */
    default int vocabularySize() {
        return vocabulary().sizeTokens();
    }

    /** A copy of the bytes that a token stands for. */
    default byte[] tokenBytes(int id) {
        return vocabulary().bytes(id);
    }

    /** A token as the vocabulary writes it. */
    default String tokenText(int id) {
        return vocabulary().text(id);
    }

    /** The id of a token by the text that the vocabulary writes for it. */
    default OptionalInt tokenId(String text) {
        return vocabulary().id(text);
    }

    /** Whether decoding may skip a token. */
    default boolean isSpecial(int id) {
        return vocabulary().type(id).isSpecial();
    }

    /** Begins a text, if the model has such a token. */
    default OptionalInt bosId() {
        return specialTokens().bosId();
    }

    /** Ends a text, if the model has such a token. */
    default OptionalInt eosId() {
        return specialTokens().eosId();
    }

    /** Every id that ends an answer. */
    default Set<Integer> endOfGenerationIds() {
        return specialTokens().endOfGenerationIds();
    }
}
