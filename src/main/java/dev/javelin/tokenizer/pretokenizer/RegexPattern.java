package dev.javelin.tokenizer.pretokenizer;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions as tokenizers write them (Oniguruma, Ruby syntax) for the JDK's engine. Stateless. */
public final class RegexPattern {
    /**
     * {@code \s \w \d} and case folding know Unicode, as in Oniguruma; {@code $} ends a line and {@code .} stops at a
     * newline only, as in Ruby.
     */
    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.MULTILINE | Pattern.UNIX_LINES;

    /** Longer names of properties: scripts and binary properties, which the JDK wants prefixed. */
    private static final Pattern LONG_PROPERTY = Pattern.compile("\\\\([pP])\\{(\\^?)(?!Is)([A-Za-z_]{3,})\\}");

    private static final int MAX_CHARS = 1 << 16;

    private RegexPattern() {}

    /**
     * Compiles an expression.
     *
     * @param expression in Oniguruma's dialect
     * @throws JavelinException MODEL_UNSUPPORTED when the JDK's engine does not know it
     */
    public static Pattern compile(String expression) {
        if (expression.length() > MAX_CHARS) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    "a pre-tokenizer's regular expression has " + expression.length() + " chars, the limit is "
                            + MAX_CHARS);
        }
        String prefixed = LONG_PROPERTY.matcher(expression).replaceAll("\\\\$1{$2Is$3}");
        try {
            return Pattern.compile(prefixed, FLAGS);
        } catch (PatternSyntaxException e) {
            throw new JavelinException(
                    ErrorCode.MODEL_UNSUPPORTED,
                    "pre-tokenizer's regular expression \"" + expression + "\" is not understood: "
                            + e.getDescription(),
                    e);
        }
    }
}
