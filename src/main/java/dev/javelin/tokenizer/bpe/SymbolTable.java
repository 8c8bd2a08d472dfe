package dev.javelin.tokenizer.bpe;

import dev.javelin.tokenizer.TokenType;
import dev.javelin.tokenizer.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * From texts to symbols while a model is built: token ids, and phantoms beyond them. Confined to one thread.
 *
 * <pre>
 * 0 ............ vocabulary size | first phantom, second phantom ...
 * </pre>
 */
public final class SymbolTable {
    private final Vocabulary vocabulary;
    private final Map<String, Integer> phantoms = new HashMap<>();
    private final List<String> phantomTexts = new ArrayList<>();

    /**
     * A table without phantoms.
     *
     * @param vocabulary the tokens
     */
    public SymbolTable(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /** The symbol of a text, or -1. */
    public int find(String text) {
        OptionalInt id = vocabulary.id(text);
        return id.isPresent() ? id.getAsInt() : phantoms.getOrDefault(text, -1);
    }

    /** The symbol of a text, a phantom if there is no token. */
    public int findOrAdd(String text) {
        int symbol = find(text);
        if (symbol >= 0) {
            return symbol;
        }
        int phantom = vocabulary.sizeTokens() + phantomTexts.size();
        phantoms.put(text, phantom);
        phantomTexts.add(text);
        return phantom;
    }

    /** The texts that are symbols but no tokens, by symbol. */
    public List<String> phantomTexts() {
        return phantomTexts;
    }

    /** For each phantom, the tokens that spell its bytes. */
    int[][] phantomSpellings(SymbolAlphabet alphabet, boolean byteLevel) {
        ByteLevelSpelling spelling = new ByteLevelSpelling();
        return phantomTexts.stream()
                .map(text -> byteLevel ? spelling.bytes(text, TokenType.NORMAL) : text.getBytes(StandardCharsets.UTF_8))
                .map(bytes -> spell(bytes, alphabet))
                .toArray(int[][]::new);
    }

    private int[] spell(byte[] bytes, SymbolAlphabet alphabet) {
        int[] ids = new int[bytes.length];
        int count = 0;
        for (byte value : bytes) {
            OptionalInt symbol = alphabet.byteSymbol(value & 0xFF);
            if (symbol.isPresent() && symbol.getAsInt() < vocabulary.sizeTokens()) {
                ids[count++] = symbol.getAsInt();
            }
        }
        return Arrays.copyOf(ids, count);
    }
}
