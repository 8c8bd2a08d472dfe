package dev.javelin.tokenizer.gguf;

import dev.javelin.tokenizer.bpe.MergeTable;
import dev.javelin.tokenizer.bpe.SymbolTable;

/** Merges as a file lists them, {@code "left right"} in order of rank. Stateless. */
final class ListedMerges {
    private ListedMerges() {}

    static MergeTable of(String[] merges, SymbolTable symbols) {
        MergeTable.Builder table = new MergeTable.Builder();
        for (int rank = 0; rank < merges.length; rank++) {
            // From the second char on: the left part may be a space's own token.
            int space = merges[rank].indexOf(' ', 1);
            if (space < 0 || space + 1 == merges[rank].length()) {
                throw TokenizerData.corrupt(
                        "merges has at rank " + rank + " \"" + merges[rank] + "\", expected two parts");
            }
            String left = merges[rank].substring(0, space);
            String right = merges[rank].substring(space + 1);
            table.add(symbols.findOrAdd(left), symbols.findOrAdd(right), rank, symbols.findOrAdd(left + right));
        }
        return table.build();
    }
}
