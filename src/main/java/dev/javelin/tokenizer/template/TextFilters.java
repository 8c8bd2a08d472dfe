package dev.javelin.tokenizer.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Filters that change a text or its marking. Stateless. */
final class TextFilters {
    private static final String HEX = "0123456789ABCDEF";

    private TextFilters() {}

    static void addTo(Map<String, FilterFunction> all) {
        change(all, "upper", TextCase::upper);
        change(all, "lower", TextCase::lower);
        change(all, "capitalize", TextCase::capitalize);
        change(all, "title", TextFilters::title);
        all.put("string", (in, value, arguments) -> {
            arguments.bind("string", 0);
            return value instanceof Markup ? value : in.budget().made(Repr.str(value));
        });
        all.put("trim", (in, value, arguments) -> {
            Bound bound = arguments.bind("do_trim", 0, "chars");
            String chars = bound.stringOrNone(0);
            return keepMarkup(value, text -> {
                in.budget().search(text.length(), chars == null ? 1 : chars.length());
                return TextCase.strip(text, chars, true, true);
            });
        });
        all.put("replace", TextFilters::replace);
        all.put("format", TextFilters::format);
        escaping(all);
        all.put("urlencode", (in, value, arguments) -> in.budget().made(urlEncode(value, in.budget())));
        all.put("wordcount", (in, value, arguments) -> wordCount(Repr.str(value)));
        all.put("attr", (in, value, arguments) -> {
            String name = arguments.bind("do_attr", 1, "name").string(0);
            Object found = Attributes.attributeOrNull(value, name);
            return found == null ? Undefined.member(value, name) : found;
        });
    }

    private static void change(Map<String, FilterFunction> all, String name, UnaryOperator<String> change) {
        all.put(name, (in, value, arguments) -> {
            arguments.bind("do_" + name, 0);
            return keepMarkup(value, text -> in.budget().made(change.apply(text)));
        });
    }

    private static Object keepMarkup(Object value, UnaryOperator<String> change) {
        String changed = change.apply(Repr.str(value));
        return value instanceof Markup ? new Markup(changed) : changed;
    }

    private static void escaping(Map<String, FilterFunction> all) {
        FilterFunction escape = (in, value, arguments) -> {
            Markup escaped = Markup.escape(value);
            in.budget().made(escaped.text());
            return escaped;
        };
        all.put("escape", escape);
        all.put("e", escape);
        all.put(
                "forceescape",
                (in, value, arguments) -> new Markup(in.budget().made(Markup.escapeText(Repr.str(value)))));
        all.put("safe", (in, value, arguments) -> new Markup(in.budget().made(Repr.str(value))));
        all.put("striptags", (in, value, arguments) -> in.budget().made(HtmlText.stripTags(Repr.str(value))));
        all.put("xmlattr", TextFilters::xmlAttributes);
    }

    /** Upper case behind spaces, hyphens and opening brackets, lower case elsewhere. */
    private static String title(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int at = 0;
        while (at < text.length()) {
            int end = at;
            boolean separator = isSeparator(text.charAt(at));
            while (end < text.length() && isSeparator(text.charAt(end)) == separator) {
                end++;
            }
            int first = text.offsetByCodePoints(at, 1);
            out.append(TextCase.upper(text.substring(at, first))).append(TextCase.lower(text.substring(first, end)));
            at = end;
        }
        return out.toString();
    }

    private static boolean isSeparator(char c) {
        return c == '-' || c == '(' || c == '{' || c == '[' || c == '<' || Chars.isSpace(c);
    }

    private static Object replace(Interpreter in, Object value, Arguments arguments) {
        Bound bound = arguments.bind("do_replace", 2, "old", "new", "count");
        int count = bound.orNone(2) == null ? -1 : bound.integer(2, -1);
        return TextCase.replace(
                Repr.str(value), Repr.str(bound.required(0)), Repr.str(bound.required(1)), count, in.budget());
    }

    private static Object format(Interpreter in, Object value, Arguments arguments) {
        Object values = new PyTuple(arguments.positional());
        if (!arguments.named().isEmpty()) {
            if (!arguments.positional().isEmpty()) {
                throw new PyError(
                        PyError.Kind.FILTER_ARGUMENT, "can't handle positional and keyword arguments at the same time");
            }
            PyDict named = new PyDict();
            arguments.named().forEach(named::put);
            values = named;
        }
        Object format = value instanceof Markup ? value : Repr.str(value);
        return Operators.binary(BinaryOp.MOD, format, values, in.budget());
    }

    private static Object xmlAttributes(Interpreter in, Object value, Arguments arguments) {
        boolean space = arguments.bind("do_xmlattr", 0, "autospace").truthy(0, true);
        if (!(value instanceof PyDict dict)) {
            throw PyError.type("'" + Py.typeName(value) + "' object has no attribute 'items'");
        }
        List<String> parts = new ArrayList<>();
        for (PyDict.Entry entry : dict.entries()) {
            if (entry.value() == PyNone.NONE || entry.value() instanceof Undefined) {
                continue;
            }
            String key = Py.stringOrNull(entry.key());
            if (key == null) {
                throw PyError.type("expected string or bytes-like object, got '" + Py.typeName(entry.key()) + "'");
            }
            if (key.chars().anyMatch(c -> c == '/' || c == '>' || c == '=' || c == ' ' || (c >= 9 && c <= 13))) {
                throw PyError.value("Invalid character in attribute name: " + Repr.quote(key));
            }
            parts.add(Markup.escapeText(key) + "=\""
                    + Markup.escape(entry.value()).text() + "\"");
        }
        String text = String.join(" ", parts);
        return in.budget().made(space && !text.isEmpty() ? " " + text : text);
    }

    private static String urlEncode(Object value, Budget budget) {
        if (Py.stringOrNull(value) != null || Py.iterateOrNull(value, budget) == null) {
            return quoteUrl(Repr.str(value), false);
        }
        Object pairs = value instanceof PyDict dict ? new DictView(dict, DictView.Part.ITEMS) : value;
        List<String> parts = new ArrayList<>();
        for (Object pair : Py.items(pairs, budget)) {
            List<Object> both = Py.items(pair, budget);
            if (both.size() != 2) {
                throw PyError.value("not enough values to unpack (expected 2, got " + both.size() + ")");
            }
            parts.add(quoteUrl(Repr.str(both.getFirst()), true) + "=" + quoteUrl(Repr.str(both.getLast()), true));
        }
        return String.join("&", parts);
    }

    private static String quoteUrl(String text, boolean query) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 128 && (Character.isLetterOrDigit(c) || "_.-~".indexOf(c) >= 0 || (c == '/' && !query))) {
                out.append(c);
            } else if (c == ' ' && query) {
                out.append('+');
            } else {
                out.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
            }
        }
        return out.toString();
    }

    private static long wordCount(String text) {
        long count = 0;
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            boolean word = Chars.isWord(c);
            count += word && !inWord ? 1 : 0;
            inWord = word;
        }
        return count;
    }
}
