package dev.javelin.tokenizer.template;

import java.util.List;
import java.util.Map;

/** Methods of str that look for something. Stateless. */
final class SearchMethods {
    private SearchMethods() {}

    static void addTo(Map<String, StringMethods.Method> all) {
        all.put(
                "find",
                (text, in, arguments) -> find(text, arguments.positionalOnly("find", 1, 3), in.budget(), false));
        all.put(
                "rfind",
                (text, in, arguments) -> find(text, arguments.positionalOnly("rfind", 1, 3), in.budget(), true));
        all.put(
                "index",
                (text, in, arguments) ->
                        found(find(text, arguments.positionalOnly("index", 1, 3), in.budget(), false)));
        all.put(
                "rindex",
                (text, in, arguments) ->
                        found(find(text, arguments.positionalOnly("rindex", 1, 3), in.budget(), true)));
        all.put("count", (text, in, arguments) -> count(text, arguments.positionalOnly("count", 1, 3), in.budget()));
        all.put(
                "startswith",
                (text, in, arguments) -> affix(text, arguments.positionalOnly("startswith", 1, 3), in.budget(), true));
        all.put(
                "endswith",
                (text, in, arguments) -> affix(text, arguments.positionalOnly("endswith", 1, 3), in.budget(), false));
        all.put("replace", (text, in, arguments) -> {
            Bound bound = arguments.positionalOnly("replace", 2, 3);
            return TextCase.replace(text, bound.string(0), bound.string(1), bound.integer(2, -1), in.budget());
        });
        all.put("translate", (text, in, arguments) -> translate(text, arguments.positionalOnly("translate", 1, 1), in));
    }

    /** Start and end of a search, in code points. */
    private record Window(int from, int to) {
        static Window of(Bound bound, int length) {
            int from = bound.orNone(1) == null ? 0 : bound.integer(1, 0);
            int to = bound.orNone(2) == null ? length : bound.integer(2, length);
            return new Window(
                    Math.max(0, from < 0 ? from + length : from), Math.min(length, to < 0 ? to + length : to));
        }

        String of(String text) {
            return Chars.slice(text, from, to);
        }
    }

    private static long find(String text, Bound bound, Budget budget, boolean last) {
        String wanted = bound.string(0);
        budget.search(text.length(), wanted.length());
        int length = Chars.length(text);
        Window window = Window.of(bound, length);
        if (window.from() > window.to()) {
            return -1;
        }
        String part = window.of(text);
        int at = last ? part.lastIndexOf(wanted) : part.indexOf(wanted);
        return at < 0 ? -1 : window.from() + (long) part.codePointCount(0, at);
    }

    private static long found(long index) {
        if (index < 0) {
            throw PyError.value("substring not found");
        }
        return index;
    }

    private static long count(String text, Bound bound, Budget budget) {
        String wanted = bound.string(0);
        budget.search(text.length(), wanted.length());
        Window window = Window.of(bound, Chars.length(text));
        if (window.from() > window.to()) {
            return 0;
        }
        String part = window.of(text);
        if (wanted.isEmpty()) {
            return Chars.length(part) + 1L;
        }
        long count = 0;
        for (int at = part.indexOf(wanted); at >= 0; at = part.indexOf(wanted, at + wanted.length())) {
            count++;
        }
        return count;
    }

    private static boolean affix(String text, Bound bound, Budget budget, boolean start) {
        Window window = Window.of(bound, Chars.length(text));
        Object wanted = bound.required(0);
        List<Object> options = wanted instanceof PyTuple tuple ? tuple.items() : List.of(wanted);
        boolean inside = window.from() <= window.to();
        String part = inside ? window.of(text) : "";
        boolean matched = false;
        for (Object option : options) {
            budget.step();
            budget.walk(option);
            String affix = Py.stringOrNull(option);
            if (affix == null) {
                throw PyError.type(
                        bound.function() + " first arg must be str or a tuple of str, not " + Py.typeName(option));
            }
            matched |= inside && (start ? part.startsWith(affix) : part.endsWith(affix));
        }
        return matched;
    }

    private static Object translate(String text, Bound bound, Interpreter in) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> {
            in.budget().step();
            Object mapped = Subscripts.itemOrNull(bound.required(0), (long) c);
            if (mapped == null) {
                out.appendCodePoint(c);
            } else if (Numbers.isInt(mapped)) {
                out.appendCodePoint(Numbers.big(mapped).intValue() & 0x10ffff);
            } else if (mapped != PyNone.NONE) {
                out.append(Repr.str(mapped));
            }
            in.budget().checkOutput(out.length());
        });
        return in.budget().made(out.toString());
    }
}
