package dev.javelin.tokenizer.pretokenizer;

import java.util.stream.Stream;

/**
 * Cuts before each space mark that follows another character. Thread-safe because immutable.
 *
 * <p>No rule of any model, but a way to merge words instead of whole texts: where no token has a mark behind another
 * character, no merge can cross such a boundary, so the ids are the same (a test holds them together) and pieces become
 * short enough to be cached. {@link #isSafe} tells whether that is so.
 *
 * @param mark what stands for a space
 */
public record MarkBoundary(char mark) implements PreTokenizer {
    /** Whether no text has the mark behind another character. */
    public static boolean isSafe(char mark, Stream<String> texts) {
        return texts.noneMatch(text -> {
            int at = 0;
            while (at < text.length() && text.charAt(at) == mark) {
                at++;
            }
            return text.indexOf(mark, at) >= 0;
        });
    }

    @Override
    public void split(String text, int start, int end, boolean first, PieceSink sink) {
        int pieceStart = start;
        for (int at = start + 1; at < end; at++) {
            if (text.charAt(at) == mark && text.charAt(at - 1) != mark) {
                sink.piece(text, pieceStart, at, first && pieceStart == start);
                pieceStart = at;
            }
        }
        if (pieceStart < end) {
            sink.piece(text, pieceStart, end, first && pieceStart == start);
        }
    }
}
