package dev.javelin.tokenizer.pretokenizer;

/** Chooses between a hand-written scanner and the regular expression. Stateless. */
public final class Splitters {
    private Splitters() {}

    /**
     * A rule that makes each match, and each rest, a piece.
     *
     * @param expression in Oniguruma's dialect
     */
    public static PreTokenizer isolating(String expression) {
        return RegexSplit.isolating(RegexPattern.compile(expression));
    }

    /** GPT-2's rule, which ByteLevel brings along. */
    public static PreTokenizer gpt2() {
        return isolating(Regexes.GPT2);
    }
}
