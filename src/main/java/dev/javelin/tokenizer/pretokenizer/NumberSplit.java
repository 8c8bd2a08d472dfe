package dev.javelin.tokenizer.pretokenizer;

/** Makes each {@code \p{N}} a piece, and each text between. Thread-safe because stateless. */
record NumberSplit() implements PreTokenizer {
    @Override
    public void split(String text, int start, int end, boolean first, PieceSink sink) {
        int pieceStart = start;
        for (int at = start; at < end; at += CharClass.width(text, at)) {
            if (CharClass.at(text, at) != CharClass.NUMBER) {
                continue;
            }
            if (pieceStart < at) {
                sink.piece(text, pieceStart, at, first && pieceStart == start);
            }
            int numberEnd = at + CharClass.width(text, at);
            sink.piece(text, at, numberEnd, first && at == start);
            pieceStart = numberEnd;
        }
        if (pieceStart < end) {
            sink.piece(text, pieceStart, end, first && pieceStart == start);
        }
    }
}
