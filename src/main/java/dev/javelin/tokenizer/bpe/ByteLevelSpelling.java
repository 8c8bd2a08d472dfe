package dev.javelin.tokenizer.bpe;

import dev.javelin.tokenizer.TokenSpelling;
import dev.javelin.tokenizer.TokenType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * GPT-2's printable alphabet: each byte is one visible character. Thread-safe because immutable.
 *
 * <p>Printable Latin-1 bytes (33-126, 161-172, 174-255) stand for themselves, the other 68 are numbered in order from
 * U+0100 (GPT-2's {@code bytes_to_unicode}): the space is {@code Ġ}, the newline {@code Ċ}.
 */
public final class ByteLevelSpelling implements TokenSpelling {
    private final char[] charOfByte = new char[256];
    /** Byte of each char below 324, or -1. */
    private final short[] byteOfChar = new short[256 + 68];

    /** The alphabet. */
    public ByteLevelSpelling() {
        Arrays.fill(byteOfChar, (short) -1);
        char next = 256;
        for (int value = 0; value < 256; value++) {
            boolean visible =
                    (value >= 33 && value <= 126) || (value >= 161 && value <= 172) || (value >= 174 && value <= 255);
            charOfByte[value] = visible ? (char) value : next++;
            byteOfChar[charOfByte[value]] = (short) value;
        }
    }

    /** The character that stands for a byte in [0, 256). */
    public char charOf(int value) {
        return charOfByte[value];
    }

    /** UTF-8 text in the alphabet. */
    String spell(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        StringBuilder spelled = new StringBuilder(utf8.length);
        for (byte value : utf8) {
            spelled.append(charOfByte[value & 0xFF]);
        }
        return spelled.toString();
    }

    /** A token of merges in the alphabet; added tokens, and what is not in the alphabet, stand for their own text. */
    @Override
    public byte[] bytes(String text, TokenType type) {
        return switch (type) {
            case NORMAL, UNUSED, BYTE -> unspell(text);
            case UNKNOWN, CONTROL, USER_DEFINED -> text.getBytes(StandardCharsets.UTF_8);
        };
    }

    private byte[] unspell(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = text.charAt(i);
            if (c >= byteOfChar.length || byteOfChar[c] < 0) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
            bytes[i] = (byte) byteOfChar[c];
        }
        return bytes;
    }
}
