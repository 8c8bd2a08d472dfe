package dev.javelin.tokenizer.pretokenizer;

/** GPT-2's rule written out: {@link Regexes#GPT2} is its slow twin. Thread-safe because stateless. */
record Gpt2Scanner() implements PreTokenizer {
    @Override
    public void split(String text, int start, int end, boolean first, PieceSink sink) {
        int at = start;
        while (at < end) {
            int next = pieceEnd(text, at, end);
            sink.piece(text, at, next, first && at == start);
            at = next;
        }
    }

    private static int pieceEnd(String text, int at, int end) {
        int contraction = Contraction.end(text, at, end);
        if (contraction > at) {
            return contraction;
        }
        int word = text.charAt(at) == ' ' ? at + 1 : at;
        if (word < end && !CharClass.isWhiteSpace(CharClass.at(text, word))) {
            return CharClass.runEnd(text, word, end, CharClass.at(text, word));
        }
        return SpaceRun.end(text, at, end);
    }
}
