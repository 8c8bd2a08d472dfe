package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Python's case changes, stripping, splitting and padding of strings. Stateless. */
final class TextCase {
    private TextCase() {}

    static String upper(String text) {
        return text.toUpperCase(Locale.ROOT);
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String titleOf(int c) {
        String upper = upper(Chars.of(c));
        if (upper.codePointCount(0, upper.length()) > 1 && !Chars.isCased(upper.codePointAt(0))) {
            return upper;
        }
        if (upper.codePointCount(0, upper.length()) > 1) {
            int first = upper.offsetByCodePoints(0, 1);
            return upper.substring(0, first) + lower(upper.substring(first));
        }
        return Chars.of(Character.toTitleCase(c));
    }

    static String capitalize(String text) {
        int[] points = text.codePoints().toArray();
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < points.length; i++) {
            out.append(i == 0 ? titleOf(points[i]) : lowerAt(points, i));
        }
        return out.toString();
    }

    /** {@code str.title}: a letter behind a letter is lower, any other is title case. */
    static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        boolean inWord = false;
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            out.append(inWord ? lowerAt(points, i) : titleOf(points[i]));
            inWord = Chars.isCased(points[i]);
        }
        return out.toString();
    }

    static String swapCase(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            out.append(Character.isUpperCase(points[i]) ? lowerAt(points, i) : upper(Chars.of(points[i])));
        }
        return out.toString();
    }

    /** {@code str.casefold}: lower case of upper case, apart from the dotless i. */
    static String caseFold(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> out.append(c == 'ı' ? "ı" : lower(upper(Chars.of(c)))));
        return out.toString();
    }

    /** One character in lower case; a capital sigma is final behind a letter with none after it. */
    private static String lowerAt(int[] points, int index) {
        if (points[index] != 'Σ') {
            return lower(Chars.of(points[index]));
        }
        boolean before = index > 0 && Chars.isCased(points[index - 1]);
        boolean after = index + 1 < points.length && Chars.isCased(points[index + 1]);
        return before && !after ? "ς" : "σ";
    }

    static boolean isTitle(String text) {
        boolean any = false;
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            boolean upper = Character.isUpperCase(c) || Character.isTitleCase(c);
            boolean lower = Character.isLowerCase(c);
            if ((upper && inWord) || (lower && !inWord)) {
                return false;
            }
            inWord = upper || lower;
            any |= inWord;
        }
        return any;
    }

    static boolean isUpper(String text) {
        return text.codePoints().anyMatch(Character::isUpperCase)
                && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
    }

    static boolean isLower(String text) {
        return text.codePoints().anyMatch(Character::isLowerCase)
                && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
    }

    /** Whether the text is not empty and all its characters pass. */
    static boolean all(String text, IntPredicate test) {
        return !text.isEmpty() && text.codePoints().allMatch(test);
    }

    /** Strips spaces, or the given characters, off either end. */
    static String strip(String text, @Nullable String chars, boolean left, boolean right) {
        int from = 0;
        int to = text.length();
        while (left && from < to && isStripped(text.codePointAt(from), chars)) {
            from += Character.charCount(text.codePointAt(from));
        }
        while (right && to > from && isStripped(text.codePointBefore(to), chars)) {
            to -= Character.charCount(text.codePointBefore(to));
        }
        return text.substring(from, to);
    }

    private static boolean isStripped(int c, @Nullable String chars) {
        return chars == null ? Chars.isSpace(c) : chars.indexOf(c) >= 0;
    }

    static List<String> splitLines(String text, boolean keepEnds) {
        List<String> lines = new ArrayList<>();
        int start = 0;
        int i = 0;
        while (i < text.length()) {
            if (!Chars.isLineBreak(text.charAt(i))) {
                i++;
                continue;
            }
            int end = text.startsWith("\r\n", i) ? i + 2 : i + 1;
            lines.add(text.substring(start, keepEnds ? end : i));
            start = end;
            i = end;
        }
        if (start < text.length()) {
            lines.add(text.substring(start));
        }
        return lines;
    }

    /** {@code str.split()}: at runs of spaces; negative {@code maximum} means no maximum. */
    static List<String> splitSpaces(String text, int maximum) {
        List<String> parts = new ArrayList<>();
        int at = skipSpaces(text, 0);
        while (at < text.length()) {
            if (maximum >= 0 && parts.size() == maximum) {
                parts.add(text.substring(at));
                break;
            }
            int end = at;
            while (end < text.length() && !Chars.isSpace(text.charAt(end))) {
                end++;
            }
            parts.add(text.substring(at, end));
            at = skipSpaces(text, end);
        }
        return parts;
    }

    private static int skipSpaces(String text, int from) {
        int at = from;
        while (at < text.length() && Chars.isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    /** {@code str.rsplit()}: the same from the end. */
    static List<String> splitSpacesRight(String text, int maximum) {
        List<String> parts = new ArrayList<>();
        int end = trimmedEnd(text, text.length());
        while (end > 0) {
            if (maximum >= 0 && parts.size() == maximum) {
                parts.add(text.substring(0, end));
                break;
            }
            int start = end;
            while (start > 0 && !Chars.isSpace(text.charAt(start - 1))) {
                start--;
            }
            parts.add(text.substring(start, end));
            end = trimmedEnd(text, start);
        }
        return parts.reversed();
    }

    private static int trimmedEnd(String text, int from) {
        int end = from;
        while (end > 0 && Chars.isSpace(text.charAt(end - 1))) {
            end--;
        }
        return end;
    }

    static List<String> split(String text, String separator, int maximum) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int at = text.indexOf(separator); at >= 0 && parts.size() != maximum; at = text.indexOf(separator, from)) {
            parts.add(text.substring(from, at));
            from = at + separator.length();
        }
        parts.add(text.substring(from));
        return parts;
    }

    static List<String> splitRight(String text, String separator, int maximum) {
        List<String> parts = new ArrayList<>();
        int to = text.length();
        while (parts.size() != maximum) {
            int at = text.lastIndexOf(separator, to - separator.length());
            if (at < 0 || to < separator.length()) {
                break;
            }
            parts.add(text.substring(at + separator.length(), to));
            to = at;
        }
        parts.add(text.substring(0, to));
        return parts.reversed();
    }

    /** {@code str.replace}; negative {@code maximum} means all. */
    static String replace(String text, String old, String replacement, int maximum, Budget budget) {
        if (maximum == 0) {
            return text;
        }
        budget.search(text.length(), old.length());
        if (old.isEmpty()) {
            return interleave(text, replacement, maximum, budget);
        }
        long found = 0;
        for (int at = text.indexOf(old); at >= 0 && found != maximum; at = text.indexOf(old, at + old.length())) {
            found++;
        }
        budget.allocate(text.length() + found * (replacement.length() - old.length()));
        StringBuilder out = new StringBuilder();
        int from = 0;
        for (long i = 0; i < found; i++) {
            int at = text.indexOf(old, from);
            out.append(text, from, at).append(replacement);
            from = at + old.length();
        }
        return out.append(text, from, text.length()).toString();
    }

    private static String interleave(String text, String replacement, int maximum, Budget budget) {
        int[] points = text.codePoints().toArray();
        budget.allocate(text.length() + (points.length + 1L) * replacement.length());
        StringBuilder out = new StringBuilder();
        for (int i = 0; i <= points.length; i++) {
            if (maximum < 0 || i < maximum) {
                out.append(replacement);
            }
            if (i < points.length) {
                out.appendCodePoint(points[i]);
            }
        }
        return out.toString();
    }

    /** Pads to a width with a fill character on both sides. */
    static String pad(String text, long left, long right, String fill, Budget budget) {
        budget.allocate(text.length() + Math.max(0, left) + Math.max(0, right));
        return fill.repeat((int) Math.max(0, left)) + text + fill.repeat((int) Math.max(0, right));
    }

    static String center(String text, int width, String fill, Budget budget) {
        long margin = (long) width - Chars.length(text);
        if (margin <= 0) {
            return text;
        }
        // CPython puts the odd space left when the width is odd too.
        long left = margin / 2 + (margin & width & 1);
        return pad(text, left, margin - left, fill, budget);
    }

    static String expandTabs(String text, int tabSize, Budget budget) {
        StringBuilder out = new StringBuilder();
        int column = 0;
        for (int c : text.codePoints().toArray()) {
            if (c == '\t') {
                int spaces = tabSize <= 0 ? 0 : tabSize - column % tabSize;
                budget.allocate(spaces);
                budget.checkOutput((long) out.length() + spaces);
                out.append(" ".repeat(spaces));
                column += spaces;
            } else {
                out.appendCodePoint(c);
                column = c == '\n' || c == '\r' ? 0 : column + 1;
            }
        }
        return out.toString();
    }
}
