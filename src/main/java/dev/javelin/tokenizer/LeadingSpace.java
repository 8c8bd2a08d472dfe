package dev.javelin.tokenizer;

/**
 * What happens to the space that a SentencePiece tokenizer puts before a text, when its ids are decoded. Applies to the
 * beginning of a text only: ids that continue a prompt keep their first space. Immutable.
 */
public enum LeadingSpace {
    /** Nothing was added, nothing is taken. */
    KEEP,
    /** One space is taken from the beginning of the text (decoder {@code Strip}, SentencePiece itself). */
    STRIP_ONE,
    /** Every space of the first token is taken (Hugging Face's {@code Metaspace} decoder). */
    STRIP_FIRST_TOKEN
}
