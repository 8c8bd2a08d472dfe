package dev.javelin.tokenizer.pipeline;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds added tokens in a text: leftmost, the longest of several. Thread-safe because immutable.
 *
 * <p>Tokens are indexed by their first char: a vocabulary may have thousands (Gemma 3 has 6,415), over which a regular
 * expression's alternation runs for minutes.
 */
final class AddedTokenMatcher {
    /** Takes the parts of a text in order. */
    interface Parts {
        void text(int start, int end);

        void token(int id);
    }

    private static final Pattern WORD = Pattern.compile("\\w", Pattern.UNICODE_CHARACTER_CLASS);

    private record Candidate(String text, AddedToken token) {}

    private final Map<Character, List<Candidate>> byFirstChar = new HashMap<>();
    private final BitSet firstChars = new BitSet();

    /** Looks for each token by its content after {@code form}. */
    AddedTokenMatcher(List<AddedToken> tokens, Normalizer form) {
        for (AddedToken token : tokens) {
            String text = form.apply(token.content());
            if (!text.isEmpty()) {
                firstChars.set(text.charAt(0));
                byFirstChar
                        .computeIfAbsent(text.charAt(0), first -> new ArrayList<>())
                        .add(new Candidate(text, token));
            }
        }
        for (List<Candidate> candidates : byFirstChar.values()) {
            candidates.sort(
                    Comparator.comparingInt((Candidate c) -> c.text().length()).reversed());
        }
    }

    /** Cuts a text at its added tokens. A special token that is not asked for stays text, whole. */
    void split(String text, boolean parseSpecial, Parts parts) {
        int textStart = 0;
        int at = 0;
        while (at < text.length()) {
            Candidate match = firstChars.get(text.charAt(at)) ? longestAt(text, at) : null;
            if (match == null) {
                at++;
                continue;
            }
            int end = at + match.text().length();
            if (at >= textStart && counts(match.token(), text, at, end, parseSpecial)) {
                int start = match.token().stripLeft() ? WhiteSpace.skipBackward(text, at) : at;
                start = Math.max(start, textStart);
                if (textStart < start) {
                    parts.text(textStart, start);
                }
                parts.token(match.token().id());
                textStart = match.token().stripRight() ? WhiteSpace.skipForward(text, end) : end;
            }
            at = end;
        }
        if (textStart < text.length()) {
            parts.text(textStart, text.length());
        }
    }

    private @Nullable Candidate longestAt(String text, int at) {
        for (Candidate candidate : byFirstChar.getOrDefault(text.charAt(at), List.of())) {
            if (text.startsWith(candidate.text(), at)) {
                return candidate;
            }
        }
        return null;
    }

    private static boolean counts(AddedToken token, String text, int start, int end, boolean parseSpecial) {
        if (token.special() && !parseSpecial) {
            return false;
        }
        return !token.singleWord()
                || !((start > 0 && isWord(text.codePointBefore(start)))
                        || (end < text.length() && isWord(text.codePointAt(end))));
    }

    private static boolean isWord(int codePoint) {
        return WORD.matcher(Character.toString(codePoint)).matches();
    }
}
