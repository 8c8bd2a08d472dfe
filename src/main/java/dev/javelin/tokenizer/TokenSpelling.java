package dev.javelin.tokenizer;

/** How a vocabulary writes a token's bytes as text: GPT-2's printable alphabet, or SentencePiece's. Thread-safe. */
@FunctionalInterface
public interface TokenSpelling {
    /**
     * The bytes that a token stands for.
     *
     * @param text the token as the vocabulary writes it
     * @param type the token's type
     */
    byte[] bytes(String text, TokenType type);
}
