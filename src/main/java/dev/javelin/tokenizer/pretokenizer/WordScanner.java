package dev.javelin.tokenizer.pretokenizer;

/**
 * The rule of cl100k and its kin (Llama 3, Qwen 2 and 3) written out: {@link Regexes#words} is its slow twin.
 * Thread-safe because immutable.
 *
 * <p>One pass, no backtracking: time is linear for every text. Each branch below is one alternative of the expression,
 * in its order.
 *
 * @param maxDigits how many numbers make a piece at most
 */
record WordScanner(int maxDigits) implements PreTokenizer {
    @Override
    public void split(String text, int start, int end, boolean first, PieceSink sink) {
        int at = start;
        while (at < end) {
            int next = pieceEnd(text, at, end);
            sink.piece(text, at, next, first && at == start);
            at = next;
        }
    }

    private int pieceEnd(String text, int at, int end) {
        int contraction = Contraction.foldedEnd(text, at, end);
        if (contraction > at) {
            return contraction;
        }
        byte kind = CharClass.at(text, at);
        if (kind == CharClass.LETTER) {
            return CharClass.runEnd(text, at, end, CharClass.LETTER);
        }
        if (kind == CharClass.NUMBER) {
            return numbersEnd(text, at, end);
        }
        int after = at + CharClass.width(text, at);
        if (kind != CharClass.NEWLINE && after < end && CharClass.at(text, after) == CharClass.LETTER) {
            return CharClass.runEnd(text, after, end, CharClass.LETTER);
        }
        int signs = text.charAt(at) == ' ' ? after : at;
        if (signs < end && CharClass.at(text, signs) == CharClass.OTHER) {
            int signsEnd = CharClass.runEnd(text, signs, end, CharClass.OTHER);
            return CharClass.runEnd(text, signsEnd, end, CharClass.NEWLINE);
        }
        return SpaceRun.endKeepingNewlines(text, at, end);
    }

    private int numbersEnd(String text, int start, int end) {
        int at = start;
        for (int digit = 0; digit < maxDigits && at < end && CharClass.at(text, at) == CharClass.NUMBER; digit++) {
            at += CharClass.width(text, at);
        }
        return at;
    }
}
