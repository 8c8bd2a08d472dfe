package dev.javelin.tokenizer.pretokenizer;

/** English endings behind an apostrophe: {@code 's 't 're 've 'm 'll 'd}. Stateless. */
final class Contraction {
    /** Folds to s, as both engines of regular expressions know. */
    private static final char LONG_S = '\u017F';

    private Contraction() {}

    /** Where the ending at an index ends, the index itself if there is none. */
    static int end(String text, int at, int end) {
        if (text.charAt(at) != '\'' || at + 1 >= end) {
            return at;
        }
        return at + length(text.charAt(at + 1), at + 2 < end ? text.charAt(at + 2) : ' ');
    }

    /** The same without regard to case. */
    static int foldedEnd(String text, int at, int end) {
        if (text.charAt(at) != '\'' || at + 1 >= end) {
            return at;
        }
        return at + length(fold(text.charAt(at + 1)), at + 2 < end ? fold(text.charAt(at + 2)) : ' ');
    }

    private static int length(char first, char second) {
        return switch (first) {
            case 's', 't', 'm', 'd' -> 2;
            case 'r', 'v' -> second == 'e' ? 3 : 0;
            case 'l' -> second == 'l' ? 3 : 0;
            default -> 0;
        };
    }

    private static char fold(char c) {
        if (c >= 'A' && c <= 'Z') {
            return (char) (c + 32);
        }
        return c == LONG_S ? 's' : c;
    }
}
