package dev.javelin.tokenizer.pretokenizer;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts at the matches of a regular expression (Hugging Face's {@code Split}). Thread-safe because immutable.
 *
 * @param pattern what is matched
 * @param behavior what becomes of matches
 * @param inverted matches and what stands between them change roles
 */
public record RegexSplit(Pattern pattern, SplitBehavior behavior, boolean inverted) implements PreTokenizer {
    /** Each match, and each text between matches, is a piece. */
    public static RegexSplit isolating(Pattern pattern) {
        return new RegexSplit(pattern, SplitBehavior.ISOLATED, false);
    }

    @Override
    public void split(String text, int start, int end, boolean first, PieceSink sink) {
        SpanJoiner joiner = new SpanJoiner(text, start, first, behavior, sink);
        // Bounds are opaque and anchoring by default: look-ahead sees nothing beyond the piece, as it must.
        Matcher matcher = pattern.matcher(text).region(start, end);
        int at = start;
        while (find(matcher)) {
            if (at < matcher.start()) {
                joiner.span(at, matcher.start(), inverted);
            }
            if (matcher.start() < matcher.end()) {
                joiner.span(matcher.start(), matcher.end(), !inverted);
            }
            at = matcher.end();
        }
        if (at < end) {
            joiner.span(at, end, inverted);
        }
        joiner.finish();
    }

    /** The JDK's engine recurses for repeated groups: a long run may overflow the stack. */
    private boolean find(Matcher matcher) {
        try {
            return matcher.find();
        } catch (StackOverflowError e) {
            throw new JavelinException(
                    ErrorCode.INVALID_REQUEST,
                    "text has a run that is too long for the model's pre-tokenizer \"" + pattern + "\"",
                    e);
        }
    }
}
