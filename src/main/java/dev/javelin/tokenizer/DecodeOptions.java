package dev.javelin.tokenizer;

/**
 * How ids become text. Immutable.
 *
 * @param skipSpecial whether special tokens (bos, turn markers) are left out of the text
 */
public record DecodeOptions(boolean skipSpecial) {
    /** An answer for a person: special tokens are left out. */
    public static final DecodeOptions TEXT = new DecodeOptions(true);

    /** Everything that the ids say, special tokens included. */
    public static final DecodeOptions VERBATIM = new DecodeOptions(false);
}
