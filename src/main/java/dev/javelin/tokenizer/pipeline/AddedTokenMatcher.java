package dev.javelin.tokenizer.pipeline;

import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds added tokens in a text: leftmost, the longest of several. Thread-safe because immutable.
 *
 * <p>Tokens are the paths of a trie: a vocabulary may have thousands (Gemma 3 has 6,415) that begin alike, and a text
 * may consist of their beginnings.
 */
final class AddedTokenMatcher {
    /** Takes the parts of a text in order. */
    interface Parts {
        void text(int start, int end);

        void token(int id);
    }

    private static final Pattern WORD = Pattern.compile("\\w", Pattern.UNICODE_CHARACTER_CLASS);

    /** A prefix of tokens. Written while the matcher is built, only read after. */
    private static final class Node {
        private final Map<Character, Node> children = new HashMap<>();
        private @Nullable AddedToken token;
    }

    private record Match(AddedToken token, int end) {}

    private final Node root = new Node();
    private final BitSet firstChars = new BitSet();

    /** Looks for each token by its content after {@code form}; of two with one text the first counts. */
    AddedTokenMatcher(List<AddedToken> tokens, Normalizer form) {
        for (AddedToken token : tokens) {
            String text = form.apply(token.content());
            if (!text.isEmpty()) {
                firstChars.set(text.charAt(0));
                Node node = root;
                for (int i = 0; i < text.length(); i++) {
                    node = node.children.computeIfAbsent(text.charAt(i), next -> new Node());
                }
                node.token = node.token == null ? token : node.token;
            }
        }
    }

    /** Cuts a text at its added tokens. A special token that is not asked for stays text, whole. */
    void split(String text, boolean parseSpecial, Parts parts) {
        int textStart = 0;
        int at = 0;
        while (at < text.length()) {
            Match match = firstChars.get(text.charAt(at)) ? longestAt(text, at) : null;
            if (match == null) {
                at++;
                continue;
            }
            int end = match.end();
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

    private @Nullable Match longestAt(String text, int start) {
        Match longest = null;
        Node node = root.children.get(text.charAt(start));
        for (int at = start + 1; node != null; at++) {
            if (node.token != null) {
                longest = new Match(node.token, at);
            }
            node = at < text.length() ? node.children.get(text.charAt(at)) : null;
        }
        return longest;
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
