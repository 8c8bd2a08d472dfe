package dev.javelin.tokenizer.pipeline;

/**
 * Unicode's property White_Space. Thread-safe because stateless. {@link Character#isWhitespace(int)} is another set: it
 * lacks U+0085 and the no-break spaces and has U+001C to U+001F.
 */
final class WhiteSpace {
    private WhiteSpace() {}

    static boolean isWhiteSpace(char c) {
        return (c >= 9 && c <= 13)
                || c == ' '
                || c == 0x85
                || c == 0xA0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200A)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202F
                || c == 0x205F
                || c == 0x3000;
    }

    /** The first index from which no white space stands. */
    static int skipForward(String text, int from) {
        int at = from;
        while (at < text.length() && isWhiteSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** The last index up to which no white space stands. */
    static int skipBackward(String text, int to) {
        int at = to;
        while (at > 0 && isWhiteSpace(text.charAt(at - 1))) {
            at--;
        }
        return at;
    }
}
