package dev.javelin.tokenizer;

/**
 * How a text becomes ids. Immutable.
 *
 * @param addSpecial whether the model's template (bos, eos, as its metadata says) is put around the ids; off for text
 *     that a chat template rendered, as that names its special tokens itself
 * @param parseSpecial whether special tokens written out in the text become their ids; off for text that a user wrote.
 *     Added tokens that are not special are always recognised
 */
public record EncodeOptions(boolean addSpecial, boolean parseSpecial) {
    /** A prompt as it stands: template added, special tokens recognised. */
    public static final EncodeOptions PROMPT = new EncodeOptions(true, true);

    /** The output of a chat template: no template added, special tokens recognised. */
    public static final EncodeOptions RENDERED = new EncodeOptions(false, true);

    /** Text of a user's: no template added, special tokens are plain text. */
    public static final EncodeOptions PLAIN = new EncodeOptions(false, false);
}
