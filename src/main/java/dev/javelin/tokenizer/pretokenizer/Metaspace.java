package dev.javelin.tokenizer.pretokenizer;

/**
 * SentencePiece's spaces as a pre-tokenizer (Hugging Face's {@code Metaspace}): spaces become a mark, one is put before
 * the text, and each mark may begin a piece. Thread-safe because immutable.
 *
 * @param mark what stands for a space, one char
 * @param scheme when a mark is put before a text
 * @param split whether every mark begins a piece
 */
public record Metaspace(char mark, Scheme scheme, boolean split) implements PreTokenizer {
    /** When a mark is put before a text that has none. */
    public enum Scheme {
        /** Before each text between added tokens. */
        ALWAYS,
        /** Before the whole text only. */
        FIRST,
        /** Never. */
        NEVER
    }

    @Override
    public void split(String text, int start, int end, boolean first, PieceSink sink) {
        String marked = text.substring(start, end).replace(' ', mark);
        boolean prefixed = switch (scheme) {
            case ALWAYS -> true;
            case FIRST -> first;
            case NEVER -> false;
        };
        if (prefixed && !marked.isEmpty() && marked.charAt(0) != mark) {
            marked = mark + marked;
        }
        int pieceStart = 0;
        for (int at = split ? marked.indexOf(mark, 1) : -1; at > 0; at = marked.indexOf(mark, at + 1)) {
            sink.piece(marked, pieceStart, at, first && pieceStart == 0);
            pieceStart = at;
        }
        if (pieceStart < marked.length()) {
            sink.piece(marked, pieceStart, marked.length(), first && pieceStart == 0);
        }
    }
}
