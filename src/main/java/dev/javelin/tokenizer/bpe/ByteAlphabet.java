package dev.javelin.tokenizer.bpe;

import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * Byte-level BPE: the symbols of a piece are its UTF-8 bytes. Thread-safe because immutable.
 *
 * <p>A byte that the vocabulary lacks is left out, as the reference does; real vocabularies have all 256.
 */
public final class ByteAlphabet implements SymbolAlphabet {
    private static final int MISSING = -1;

    private final ByteLevelSpelling spelling;
    private final int[] symbolOfByte = new int[256];

    /**
     * The alphabet of a vocabulary.
     *
     * @param spelling how the vocabulary writes bytes
     * @param symbolOf the symbol of a text, or -1
     */
    public ByteAlphabet(ByteLevelSpelling spelling, ToIntFunction<String> symbolOf) {
        this.spelling = spelling;
        for (int value = 0; value < 256; value++) {
            symbolOfByte[value] = symbolOf.applyAsInt(String.valueOf(spelling.charOf(value)));
        }
    }

    @Override
    public int symbols(String text, int start, int end, int[] out) {
        int count = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                count = put(c, out, count);
            } else if (c < 0x800) {
                count = put(0xC0 | (c >> 6), out, count);
                count = put(continuation(c, 0), out, count);
            } else if (Character.isHighSurrogate(c)) {
                int codePoint = Character.toCodePoint(c, text.charAt(++i));
                count = put(0xF0 | (codePoint >> 18), out, count);
                count = put(continuation(codePoint, 12), out, count);
                count = put(continuation(codePoint, 6), out, count);
                count = put(continuation(codePoint, 0), out, count);
            } else {
                count = put(0xE0 | (c >> 12), out, count);
                count = put(continuation(c, 6), out, count);
                count = put(continuation(c, 0), out, count);
            }
        }
        return count;
    }

    private static int continuation(int codePoint, int shift) {
        return 0x80 | ((codePoint >> shift) & 0x3F);
    }

    private int put(int value, int[] out, int count) {
        int symbol = symbolOfByte[value];
        if (symbol == MISSING) {
            return count;
        }
        out[count] = symbol;
        return count + 1;
    }

    @Override
    public String vocabularyText(String text, int start, int end) {
        return spelling.spell(text.substring(start, end));
    }

    @Override
    public OptionalInt byteSymbol(int value) {
        return symbolOfByte[value] == MISSING ? OptionalInt.empty() : OptionalInt.of(symbolOfByte[value]);
    }
}
