package dev.javelin.tokenizer.bpe;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToIntFunction;

/**
 * Character BPE: the symbols of a piece are its code points; one that the vocabulary lacks falls back to the tokens of
 * its UTF-8 bytes, else to the unknown token, else it is left out. Thread-safe because immutable.
 */
public final class CharAlphabet implements SymbolAlphabet {
    private static final int MISSING = -1;
    private static final int BMP = 0x10000;

    /** What an unknown character becomes: the symbol of the unknown token, and whether a run of them is one. */
    public record Unknown(OptionalInt id, boolean fused) {}

    private final int[] symbolOfBmp = new int[BMP];
    private final Map<Integer, Integer> symbolOfSupplementary = new HashMap<>();
    private final int[] symbolOfByte = new int[256];
    private final Unknown unknown;

    /**
     * The alphabet of a vocabulary.
     *
     * @param texts every text that may be a symbol: those of one code point are taken
     * @param symbolOf the symbol of a text, or -1
     * @param byteFallback whether the tokens {@code <0x00>} to {@code <0xFF>} spell what is missing
     * @param unknown what becomes of the rest
     */
    public CharAlphabet(Iterable<String> texts, ToIntFunction<String> symbolOf, boolean byteFallback, Unknown unknown) {
        this.unknown = unknown;
        Arrays.fill(symbolOfBmp, MISSING);
        for (String text : texts) {
            if (!text.isEmpty() && text.length() == Character.charCount(text.codePointAt(0))) {
                put(text.codePointAt(0), symbolOf.applyAsInt(text));
            }
        }
        for (int value = 0; value < 256; value++) {
            symbolOfByte[value] = byteFallback ? symbolOf.applyAsInt(SentencePieceSpelling.byteToken(value)) : MISSING;
        }
    }

    private void put(int codePoint, int symbol) {
        if (codePoint < BMP) {
            symbolOfBmp[codePoint] = symbol;
        } else if (symbol != MISSING) {
            symbolOfSupplementary.put(codePoint, symbol);
        }
    }

    @Override
    public int symbols(String text, int start, int end, int[] out) {
        int count = 0;
        boolean afterUnknown = false;
        for (int i = start; i < end; ) {
            int codePoint = text.codePointAt(i);
            i += Character.charCount(codePoint);
            int symbol = symbolOf(codePoint);
            int before = count;
            if (symbol != MISSING) {
                out[count++] = symbol;
            } else {
                count = putBytes(codePoint, out, count);
            }
            boolean isUnknown = count == before;
            if (isUnknown && unknown.id().isPresent() && !(afterUnknown && unknown.fused())) {
                out[count++] = unknown.id().getAsInt();
            }
            afterUnknown = isUnknown;
        }
        return count;
    }

    private int symbolOf(int codePoint) {
        return codePoint < BMP ? symbolOfBmp[codePoint] : symbolOfSupplementary.getOrDefault(codePoint, MISSING);
    }

    /** All bytes or none. */
    private int putBytes(int codePoint, int[] out, int count) {
        byte[] utf8 = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < utf8.length; i++) {
            int symbol = symbolOfByte[utf8[i] & 0xFF];
            if (symbol == MISSING) {
                return count;
            }
            out[count + i] = symbol;
        }
        return count + utf8.length;
    }

    @Override
    public String vocabularyText(String text, int start, int end) {
        return text.substring(start, end);
    }

    @Override
    public OptionalInt byteSymbol(int value) {
        return symbolOfByte[value] == MISSING ? OptionalInt.empty() : OptionalInt.of(symbolOfByte[value]);
    }
}
