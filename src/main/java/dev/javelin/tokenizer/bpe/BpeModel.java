package dev.javelin.tokenizer.bpe;

import dev.javelin.tokenizer.Vocabulary;
import dev.javelin.tokenizer.pipeline.IdBuffer;
import dev.javelin.tokenizer.pipeline.PieceModel;
import java.util.OptionalInt;

/**
 * Byte-pair encoding over a vocabulary. Thread-safe: immutable, apart from the bounded {@link PieceCache}.
 *
 * <p>Source: Sennrich, Haddow, Birch, "Neural Machine Translation of Rare Words with Subword Units" (2016); byte-level
 * as in GPT-2; whole pieces first ({@code ignore_merges}) as in Llama 3.
 */
public final class BpeModel implements PieceModel {
    private final Vocabulary vocabulary;
    private final SymbolAlphabet alphabet;
    private final Merger merger;
    private final int[][] phantomSpellings;
    private final boolean ignoreMerges;
    private final PieceCache cache = new PieceCache();

    /**
     * A model.
     *
     * @param symbols the symbols that alphabet and merges were made with
     * @param vocabulary the tokens
     * @param alphabet what merging begins with
     * @param merges what it does
     * @param ignoreMerges whether a piece that is a token is taken whole, merges or not
     */
    public BpeModel(
            SymbolTable symbols,
            Vocabulary vocabulary,
            SymbolAlphabet alphabet,
            MergeTable merges,
            boolean ignoreMerges) {
        this.vocabulary = vocabulary;
        this.alphabet = alphabet;
        this.merger = new Merger(merges);
        this.phantomSpellings = symbols.phantomSpellings(alphabet, alphabet instanceof ByteAlphabet);
        this.ignoreMerges = ignoreMerges;
    }

    @Override
    public void encode(String text, int start, int end, IdBuffer out) {
        if (!PieceCache.takes(end - start)) {
            encodeAnew(text, start, end, out);
            return;
        }
        int hash = PieceCache.hash(text, start, end);
        int[] known = cache.find(text, start, end, hash);
        if (known != null) {
            out.addAll(known);
            return;
        }
        int from = out.count();
        encodeAnew(text, start, end, out);
        cache.put(text.substring(start, end), hash, out.copyFrom(from));
    }

    private void encodeAnew(String text, int start, int end, IdBuffer out) {
        if (ignoreMerges) {
            OptionalInt whole = vocabulary.mergeableId(alphabet.vocabularyText(text, start, end));
            if (whole.isPresent()) {
                out.add(whole.getAsInt());
                return;
            }
        }
        int[] symbols = new int[Math.multiplyExact(end - start, SymbolAlphabet.MAX_SYMBOLS_PER_CHAR)];
        int count = merger.merge(symbols, alphabet.symbols(text, start, end, symbols));
        for (int i = 0; i < count; i++) {
            if (symbols[i] < vocabulary.sizeTokens()) {
                out.add(symbols[i]);
            } else {
                out.addAll(phantomSpellings[symbols[i] - vocabulary.sizeTokens()]);
            }
        }
    }
}
