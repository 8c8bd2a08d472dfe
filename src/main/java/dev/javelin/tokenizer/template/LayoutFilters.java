package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Filters that lay a text out. Stateless. */
final class LayoutFilters {
    private LayoutFilters() {}

    static void addTo(Map<String, FilterFunction> all) {
        all.put("center", (in, value, arguments) -> {
            int width = arguments.bind("do_center", 0, "width").integer(0, 80);
            String text = TextCase.center(Repr.str(value), width, " ", in.budget());
            return value instanceof Markup ? new Markup(text) : text;
        });
        all.put("indent", LayoutFilters::indent);
        all.put("truncate", LayoutFilters::truncate);
        all.put("wordwrap", LayoutFilters::wordWrap);
        all.put("pprint", (in, value, arguments) -> {
            arguments.bind("do_pprint", 0);
            return in.budget().made(PrettyPrint.format(value, in.budget()));
        });
    }

    /** The text of a str or Markup, or an error as from an attribute of any other type. */
    private static String text(Object value, String method) {
        String text = Py.stringOrNull(value);
        if (text == null) {
            throw value instanceof Undefined undefined
                    ? undefined.error()
                    : PyError.type("'" + Py.typeName(value) + "' object has no attribute '" + method + "'");
        }
        return text;
    }

    private static Object indent(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_indent", 0, "width", "first", "blank");
        Object width = bound.or(0, 4L);
        String given = Py.stringOrNull(width);
        String indention = given != null ? given : Operators.repeatText(" ", bound.integer(0, 4), in.budget());
        String text = text(value, "splitlines");
        List<String> lines = TextCase.splitLines(text + "\n", false);
        boolean blank = bound.truthy(2, false);
        in.budget().allocate(text.length() + (long) lines.size() * indention.length());
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            if (i > 0) {
                out.append('\n').append(blank || !lines.get(i).isEmpty() ? indention : "");
            }
            out.append(lines.get(i));
        }
        String result = bound.truthy(1, false) ? indention + out : out.toString();
        return value instanceof Markup ? new Markup(result) : result;
    }

    private static Object truncate(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_truncate", 0, "length", "killwords", "end", "leeway");
        int length = bound.integer(0, 255);
        String end = bound.get(2) == null ? "..." : bound.string(2);
        int leeway = bound.orNone(3) == null ? 5 : bound.integer(3, 5);
        if (length < Chars.length(end)) {
            throw new PyError(PyError.Kind.ASSERTION, "expected length >= " + Chars.length(end) + ", got " + length);
        }
        if (leeway < 0) {
            throw new PyError(PyError.Kind.ASSERTION, "expected leeway >= 0, got " + leeway);
        }
        if (Py.length(value) <= (long) length + leeway) {
            return value;
        }
        String text = text(value, "rsplit");
        String cut = Chars.slice(text, 0, length - Chars.length(end));
        int space = cut.lastIndexOf(' ');
        return bound.truthy(1, false) || space < 0 ? cut + end : cut.substring(0, space) + end;
    }

    private static Object wordWrap(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_wordwrap", 0, "width", "break_long_words", "wrapstring", "break_on_hyphens");
        int width = bound.integer(0, 79);
        @Nullable String separator = bound.stringOrNone(2);
        TextWrap wrap = new TextWrap(width, bound.truthy(1, true), bound.truthy(3, true), in.budget());
        List<String> paragraphs = new ArrayList<>();
        String between = separator == null ? "\n" : separator;
        for (String line : TextCase.splitLines(text(value, "splitlines"), false)) {
            in.budget().steps(line.length());
            paragraphs.add(String.join(between, wrap.wrap(line)));
        }
        return in.budget().made(String.join(between, paragraphs));
    }
}
