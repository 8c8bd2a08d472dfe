package dev.javelin.model.hub;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may become part of a path or of a URL: the one gate for names from users and servers. Stateless. */
final class SafeNames {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern ETAG = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{7,127}");
    private static final int MAX_PATH_CHARS = 1000;

    private SafeNames() {}

    /** Whether the text is a full git commit id. */
    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** Whether an entity tag (without quotes) can be a file's name. */
    static boolean isEtag(String text) {
        return ETAG.matcher(text).matches();
    }

    /** Whether the text can be an owner, a repository or a package: letters, digits, dot, dash, underscore. */
    static boolean isSegment(String text) {
        return SEGMENT.matcher(text).matches() && !text.contains("..") && !text.contains("--");
    }

    /** What is wrong with a relative path that uses forward slashes, or null if it stays inside its directory. */
    static @Nullable String faultOfPath(String path) {
        if (path.isEmpty()) {
            return "is empty";
        }
        if (path.length() > MAX_PATH_CHARS) {
            return "has " + path.length() + " characters, the limit is " + MAX_PATH_CHARS;
        }
        String character = faultOfCharacters(path);
        if (character != null) {
            return character;
        }
        if (path.indexOf('\\') >= 0) {
            return "has a backslash";
        }
        if (path.startsWith("/") || (path.length() > 1 && path.charAt(1) == ':')) {
            return "is absolute";
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return "has the segment \"" + segment + "\"";
            }
        }
        return null;
    }

    /** What is wrong with the characters of any text that names something, or null. */
    static @Nullable String faultOfCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c)) {
                return "has the control character U+%04X".formatted((int) c);
            }
            if (Character.isSurrogate(c) && !isPair(text, i)) {
                return "has a lone surrogate";
            }
        }
        return null;
    }

    private static boolean isPair(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
