package dev.javelin.tokenizer.pretokenizer;

/** Takes the pieces of a text in order. Confined to one encode call. */
@FunctionalInterface
public interface PieceSink {
    /**
     * Takes text[start, end).
     *
     * @param text holds the piece; not always the text that was split, as a rule may put a space before it
     * @param start its first char
     * @param end behind its last char, greater than start
     * @param first whether the whole text begins with this piece
     */
    void piece(String text, int start, int end, boolean first);
}
