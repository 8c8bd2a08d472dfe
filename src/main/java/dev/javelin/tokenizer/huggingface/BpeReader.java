package dev.javelin.tokenizer.huggingface;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.Vocabulary;
import dev.javelin.tokenizer.bpe.BpeModel;
import dev.javelin.tokenizer.bpe.ByteAlphabet;
import dev.javelin.tokenizer.bpe.ByteLevelSpelling;
import dev.javelin.tokenizer.bpe.CharAlphabet;
import dev.javelin.tokenizer.bpe.MergeTable;
import dev.javelin.tokenizer.bpe.SymbolAlphabet;
import dev.javelin.tokenizer.bpe.SymbolTable;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/** Reads the section {@code model} of type BPE. Stateless. */
final class BpeReader {
    private BpeReader() {}

    static BpeModel read(Component model, Vocabulary vocabulary, boolean byteLevel) {
        refuseUnknown(model);
        SymbolTable symbols = new SymbolTable(vocabulary);
        MergeTable merges = merges(model, symbols);
        OptionalInt unknownId = unknownId(model, symbols);
        SymbolAlphabet alphabet = byteLevel
                ? new ByteAlphabet(new ByteLevelSpelling(), symbols::find)
                : new CharAlphabet(
                        model.child("vocab").json().propertyNames(),
                        symbols::find,
                        model.flag("byte_fallback", false),
                        new CharAlphabet.Unknown(unknownId, model.flag("fuse_unk", false)));
        return new BpeModel(symbols, vocabulary, alphabet, merges, model.flag("ignore_merges", false));
    }

    private static void refuseUnknown(Component model) {
        for (String key : new String[] {"continuing_subword_prefix", "end_of_word_suffix"}) {
            if (!model.isUnset(key)) {
                throw model.unsupported(key);
            }
        }
        // Dropout is noise for training; 0 is none.
        JsonNode dropout = model.json().path("dropout");
        if (dropout.isNumber() && dropout.doubleValue() != 0) {
            throw model.unsupported("dropout " + dropout);
        }
    }

    private static OptionalInt unknownId(Component model, SymbolTable symbols) {
        if (model.isUnset("unk_token")) {
            return OptionalInt.empty();
        }
        int id = symbols.find(model.text("unk_token"));
        if (id < 0) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    "tokenizer.json: model.unk_token \"" + model.text("unk_token") + "\" is not in the vocabulary");
        }
        return OptionalInt.of(id);
    }

    private static MergeTable merges(Component model, SymbolTable symbols) {
        JsonNode merges = model.json().path("merges");
        if (!merges.isArray()) {
            throw model.corrupt("merges", "an array");
        }
        MergeTable.Builder table = new MergeTable.Builder();
        for (int rank = 0; rank < merges.size(); rank++) {
            JsonNode merge = merges.get(rank);
            String left;
            String right;
            if (merge.isArray() && merge.size() == 2) {
                left = merge.get(0).asString();
                right = merge.get(1).asString();
            } else {
                String[] parts = merge.asString().split(" ", -1);
                left = parts[0];
                right = parts.length == 2 ? parts[1] : "";
            }
            table.add(
                    token(left, rank, symbols), token(right, rank, symbols), rank, token(left + right, rank, symbols));
        }
        return table.build();
    }

    private static int token(String text, int rank, SymbolTable symbols) {
        int id = symbols.find(text);
        if (id < 0) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    "tokenizer.json: model.merges[" + rank + "] names \"" + text
                            + "\", which is not in the vocabulary");
        }
        return id;
    }
}
