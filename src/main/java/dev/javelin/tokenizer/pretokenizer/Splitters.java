package dev.javelin.tokenizer.pretokenizer;

import java.util.Map;

/** Chooses between a hand-written scanner and the regular expression. Stateless. */
public final class Splitters {
    private static final Map<String, PreTokenizer> SCANNERS = Map.of(
            Regexes.GPT2,
            new Gpt2Scanner(),
            Regexes.words("\\p{N}{1,3}"),
            new WordScanner(3),
            Regexes.words("\\p{N}"),
            new WordScanner(1),
            "\\p{N}",
            new NumberSplit());

    private Splitters() {}

    /**
     * A rule that makes each match, and each rest, a piece.
     *
     * @param expression in Oniguruma's dialect; the ones that most models share, letter by letter, have a scanner
     */
    public static PreTokenizer isolating(String expression) {
        PreTokenizer scanner = SCANNERS.get(expression);
        return scanner != null ? scanner : RegexSplit.isolating(RegexPattern.compile(expression));
    }

    /** GPT-2's rule, which ByteLevel brings along. */
    public static PreTokenizer gpt2() {
        return isolating(Regexes.GPT2);
    }
}
