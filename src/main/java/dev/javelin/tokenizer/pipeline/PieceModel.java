package dev.javelin.tokenizer.pipeline;

/** Turns one piece of text into ids. Thread-safe. */
public interface PieceModel {
    /**
     * Appends the ids of text[start, end).
     *
     * @param text well-formed UTF-16; the bounds do not cut a surrogate pair
     * @param out takes the ids
     */
    void encode(String text, int start, int end, IdBuffer out);
}
