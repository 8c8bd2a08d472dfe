package dev.javelin.tokenizer.bpe;

import dev.javelin.tokenizer.TokenSpelling;
import dev.javelin.tokenizer.TokenType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * SentencePiece's writing: {@code ▁} for the space, {@code <0x0A>} for a byte. Thread-safe because immutable.
 *
 * @param replacements what is replaced in a token, in order, usually {@code ▁} by a space
 * @param byteFallback whether {@code <0x0A>} is a byte
 */
public record SentencePieceSpelling(List<Map.Entry<String, String>> replacements, boolean byteFallback)
        implements TokenSpelling {
    /** The mark that stands for a space, U+2581. */
    public static final String SPACE_MARK = "\u2581";

    /** SentencePiece's own. */
    public static final SentencePieceSpelling STANDARD =
            new SentencePieceSpelling(List.of(Map.entry(SPACE_MARK, " ")), true);

    /** Copies the list. */
    public SentencePieceSpelling {
        replacements = List.copyOf(replacements);
    }

    /** The name of a byte's token. */
    static String byteToken(int value) {
        return "<0x%02X>".formatted(value);
    }

    /** The byte that a token names, or -1. */
    public static int byteOf(String token) {
        if (token.length() != 6 || !token.startsWith("<0x") || !token.endsWith(">")) {
            return -1;
        }
        int high = Character.digit(token.charAt(3), 16);
        int low = Character.digit(token.charAt(4), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    @Override
    public byte[] bytes(String text, TokenType type) {
        int value = byteFallback ? byteOf(text) : -1;
        if (value >= 0) {
            return new byte[] {(byte) value};
        }
        String plain = text;
        for (Map.Entry<String, String> replacement : replacements) {
            plain = plain.replace(replacement.getKey(), replacement.getValue());
        }
        return plain.getBytes(StandardCharsets.UTF_8);
    }
}
