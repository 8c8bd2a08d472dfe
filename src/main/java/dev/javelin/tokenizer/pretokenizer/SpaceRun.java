package dev.javelin.tokenizer.pretokenizer;

/** White space as cutting rules end with it. Stateless; white space never takes two chars. */
final class SpaceRun {
    private SpaceRun() {}

    /** {@code \s+(?!\S)|\s+}: the run without its last char, which goes with the word behind it. */
    static int end(String text, int start, int end) {
        int at = start;
        while (at < end && CharClass.isWhiteSpace(CharClass.at(text, at))) {
            at++;
        }
        return at == end || at - start == 1 ? at : at - 1;
    }

    /** {@code \s*[\r\n]+|\s+(?!\S)|\s+}: up to the run's last newline, if it has one. */
    static int endKeepingNewlines(String text, int start, int end) {
        int at = start;
        int newlineEnd = start;
        while (at < end && CharClass.isWhiteSpace(CharClass.at(text, at))) {
            if (CharClass.at(text, at) == CharClass.NEWLINE) {
                newlineEnd = at + 1;
            }
            at++;
        }
        if (newlineEnd > start) {
            return newlineEnd;
        }
        return at == end || at - start == 1 ? at : at - 1;
    }
}
