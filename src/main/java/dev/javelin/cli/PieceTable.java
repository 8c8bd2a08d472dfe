package dev.javelin.cli;

import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.Tokenizer;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Ids beside the text that each stands for, for people. Immutable.
 *
 * @param tokenizer the vocabulary
 */
record PieceTable(Tokenizer tokenizer) {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    /** A line an id, and one with their count. */
    String of(int[] ids) {
        StringBuilder out = new StringBuilder();
        for (int id : ids) {
            out.append(String.format(Locale.ROOT, "%8d  %s\n", id, piece(id)));
        }
        return out.append(ids.length)
                .append(ids.length == 1 ? " token\n" : " tokens\n")
                .toString();
    }

    /** Quoted text; bytes in hex where they are a part of a character only. */
    private String piece(int id) {
        byte[] bytes = tokenizer.tokenBytes(id);
        String special = tokenizer.isSpecial(id) ? "  special" : "";
        try {
            return JsonText.quote(LineReader.decode(bytes, 0, bytes.length)) + special;
        } catch (JavelinException notUtf8) {
            return "bytes " + HEX.formatHex(bytes) + special;
        }
    }
}
