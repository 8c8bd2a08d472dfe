package dev.javelin.tokenizer.pretokenizer;

import java.util.List;

/** A rule that cuts text into pieces. Thread-safe because immutable. */
@FunctionalInterface
public interface PreTokenizer {
    /**
     * Cuts text[start, end) and hands every piece that is not empty on, in order.
     *
     * @param first whether the whole text begins at start
     */
    void split(String text, int start, int end, boolean first, PieceSink sink);

    /** The text is one piece. */
    static PreTokenizer whole() {
        return (text, start, end, first, sink) -> {
            if (start < end) {
                sink.piece(text, start, end, first);
            }
        };
    }

    /** Each rule cuts the pieces of the one before. */
    static PreTokenizer sequence(List<PreTokenizer> rules) {
        return rules.stream().reduce(PreTokenizer::then).orElseGet(PreTokenizer::whole);
    }

    /** This rule, then another on each of its pieces. */
    default PreTokenizer then(PreTokenizer next) {
        return (text, start, end, first, sink) -> split(
                text,
                start,
                end,
                first,
                (piece, from, to, pieceFirst) -> next.split(piece, from, to, pieceFirst, sink));
    }

    /** Puts a space before every piece that does not begin with one (ByteLevel's {@code add_prefix_space}). */
    static PreTokenizer spaceBefore() {
        return (text, start, end, first, sink) -> {
            if (start < end && text.charAt(start) != ' ') {
                String spaced = " " + text.substring(start, end);
                sink.piece(spaced, 0, spaced.length(), first);
            } else if (start < end) {
                sink.piece(text, start, end, first);
            }
        };
    }
}
