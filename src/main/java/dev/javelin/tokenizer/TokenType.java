package dev.javelin.tokenizer;

/** What a vocabulary entry is for, as GGUF's {@code tokenizer.ggml.token_type} numbers it. Immutable. */
public enum TokenType {
    /** Made by the model's merges. */
    NORMAL,
    /** Stands for what the vocabulary cannot spell. */
    UNKNOWN,
    /** Begin, end, turns: recognised in a text only when asked, skipped in answers. */
    CONTROL,
    /** Added by hand: always recognised in a text, and part of answers. */
    USER_DEFINED,
    /** A hole in the vocabulary. */
    UNUSED,
    /** One byte, written {@code <0x0A>}. */
    BYTE;

    /** Whether decoding may skip it and encoding recognises it only when asked. */
    public boolean isSpecial() {
        return this == CONTROL || this == UNKNOWN;
    }

    /** Whether the model's merges may produce it. */
    public boolean isMergeable() {
        return this == NORMAL || this == UNUSED;
    }
}
