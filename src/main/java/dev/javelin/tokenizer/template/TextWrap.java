package dev.javelin.tokenizer.template;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Python's {@code textwrap.wrap} with tabs and spaces kept as they are. Immutable. */
record TextWrap(int width, boolean breakLongWords, boolean breakOnHyphens, Budget budget) {
    TextWrap {
        if (width <= 0) {
            throw PyError.value("invalid width " + width + " (must be > 0)");
        }
    }

    List<String> wrap(String text) {
        Deque<String> chunks = new ArrayDeque<>(chunks(text));
        List<String> lines = new ArrayList<>();
        while (!chunks.isEmpty()) {
            budget.step();
            if (!lines.isEmpty() && isBlank(chunks.peek())) {
                chunks.pop();
            }
            List<String> line = new ArrayList<>();
            int used = 0;
            while (!chunks.isEmpty() && used + Chars.length(chunks.peek()) <= width) {
                used += Chars.length(chunks.peek());
                line.add(chunks.pop());
            }
            if (!chunks.isEmpty() && Chars.length(chunks.peek()) > width) {
                breakWord(chunks, line, used);
            }
            if (!line.isEmpty() && isBlank(line.getLast())) {
                line.removeLast();
            }
            if (!line.isEmpty()) {
                lines.add(String.join("", line));
            }
        }
        return lines;
    }

    private static boolean isBlank(String chunk) {
        return chunk.codePoints().allMatch(Chars::isSpace);
    }

    private void breakWord(Deque<String> chunks, List<String> line, int used) {
        int space = Math.max(1, width - used);
        if (breakLongWords) {
            String chunk = chunks.pop();
            budget.steps(1 + chunk.length() / 16);
            int end = space;
            int hyphen = Chars.slice(chunk, 0, space).lastIndexOf('-');
            if (breakOnHyphens && Chars.length(chunk) > space && hyphen > 0 && !allHyphens(chunk, hyphen)) {
                end = hyphen + 1;
            }
            line.add(Chars.slice(chunk, 0, end));
            chunks.push(Chars.slice(chunk, end, Chars.length(chunk)));
        } else if (line.isEmpty()) {
            line.add(chunks.pop());
        }
    }

    private static boolean allHyphens(String chunk, int end) {
        return chunk.substring(0, end).chars().allMatch(c -> c == '-');
    }

    /** Words, spaces between them, and parts of hyphenated words. */
    private List<String> chunks(String text) {
        List<String> chunks = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            boolean space = isBreakable(text.charAt(at));
            int end = at;
            while (end < text.length() && isBreakable(text.charAt(end)) == space) {
                end++;
            }
            if (space || !breakOnHyphens) {
                chunks.add(text.substring(at, end));
            } else {
                splitWord(text.substring(at, end), chunks);
            }
            at = end;
        }
        return chunks;
    }

    private static boolean isBreakable(char c) {
        return c == ' ' || (c >= 9 && c <= 13);
    }

    /** Cuts behind a hyphen with letters on both sides, and around dashes of two or more hyphens. */
    private static void splitWord(String word, List<String> chunks) {
        int start = 0;
        int i = 0;
        while (i < word.length()) {
            if (word.charAt(i) != '-') {
                i++;
                continue;
            }
            int run = i;
            while (run < word.length() && word.charAt(run) == '-') {
                run++;
            }
            boolean dash = run - i >= 2 && i > 0 && run < word.length() && Chars.isWord(word.charAt(run));
            if (dash) {
                if (i > start) {
                    chunks.add(word.substring(start, i));
                }
                chunks.add(word.substring(i, run));
                start = run;
            } else if (run - i == 1 && isHyphenPoint(word, i)) {
                chunks.add(word.substring(start, run));
                start = run;
            }
            i = run;
        }
        if (start < word.length()) {
            chunks.add(word.substring(start));
        }
    }

    private static boolean isHyphenPoint(String word, int hyphen) {
        boolean before =
                hyphen >= 2 && Character.isLetter(word.charAt(hyphen - 1)) && Chars.isWord(word.charAt(hyphen - 2));
        boolean after = hyphen + 2 < word.length()
                && Character.isLetter(word.charAt(hyphen + 1))
                && (Character.isLetter(word.charAt(hyphen + 2)) || word.charAt(hyphen + 2) == '-');
        return before && after;
    }
}
