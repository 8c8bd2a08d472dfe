package dev.javelin.tokenizer.bpe;

import java.util.OptionalInt;

/** How a piece of text falls into the symbols that merging begins with. Thread-safe because immutable. */
public interface SymbolAlphabet {
    /** Never more symbols for one UTF-16 char: three UTF-8 bytes. */
    int MAX_SYMBOLS_PER_CHAR = 3;

    /**
     * Writes the symbols of text[start, end).
     *
     * @param out has room for {@link #MAX_SYMBOLS_PER_CHAR} symbols a char
     * @return how many were written
     */
    int symbols(String text, int start, int end, int[] out);

    /** The piece as the vocabulary would write it as one token. */
    String vocabularyText(String text, int start, int end);

    /** The symbol that stands for one byte, if the vocabulary has it. */
    OptionalInt byteSymbol(int value);
}
