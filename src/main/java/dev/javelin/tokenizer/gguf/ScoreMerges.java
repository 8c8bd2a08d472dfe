package dev.javelin.tokenizer.gguf;

import dev.javelin.tokenizer.TokenType;
import dev.javelin.tokenizer.bpe.MergeTable;
import dev.javelin.tokenizer.bpe.SymbolTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * SentencePiece's merging by score as a table of pairs. Stateless.
 *
 * <p>SentencePiece merges the neighbours whose joined text is the token of highest score, leftmost first. So each way
 * to cut a token into two symbols is a merge, and its rank is the place of the token's score among all scores; equal
 * scores have equal ranks. Symbols that merging begins with are characters: one that is no token itself is a phantom.
 *
 * <p>Source: Kudo, Richardson, "SentencePiece" (2018), its BPE model.
 */
final class ScoreMerges {
    private ScoreMerges() {}

    static MergeTable of(String[] tokens, TokenType[] types, double[] scores, SymbolTable symbols) {
        List<Integer> byScore = new ArrayList<>();
        for (int id = 0; id < tokens.length; id++) {
            if (types[id].isMergeable() && tokens[id].codePointCount(0, tokens[id].length()) > 1) {
                byScore.add(id);
            }
        }
        byScore.sort(Comparator.comparingDouble((Integer id) -> -scores[id]));
        MergeTable.Builder merges = new MergeTable.Builder();
        int rank = -1;
        double rankScore = Double.NaN;
        for (int id : byScore) {
            if (scores[id] != rankScore) {
                rank++;
                rankScore = scores[id];
            }
            addCuts(tokens[id], id, rank, symbols, types, merges);
        }
        return merges.build();
    }

    private static void addCuts(
            String token, int id, int rank, SymbolTable symbols, TokenType[] types, MergeTable.Builder merges) {
        for (int cut = token.offsetByCodePoints(0, 1); cut < token.length(); cut = token.offsetByCodePoints(cut, 1)) {
            int left = symbol(token.substring(0, cut), symbols, types);
            int right = symbol(token.substring(cut), symbols, types);
            if (left >= 0 && right >= 0) {
                merges.add(left, right, rank, id);
            }
        }
    }

    /** A single character always is a symbol, a longer text only as a token that merges may produce. */
    private static int symbol(String text, SymbolTable symbols, TokenType[] types) {
        if (text.length() == Character.charCount(text.codePointAt(0))) {
            return symbols.findOrAdd(text);
        }
        int symbol = symbols.find(text);
        return symbol >= 0 && symbol < types.length && types[symbol].isMergeable() ? symbol : -1;
    }
}
