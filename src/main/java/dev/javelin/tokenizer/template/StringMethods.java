package dev.javelin.tokenizer.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Methods of str, by name. Stateless; those of Markup are the same ones with arguments escaped and results marked. */
final class StringMethods {
    /** A method: the string, the interpreter, the arguments. */
    @FunctionalInterface
    interface Method {
        Object call(String text, Interpreter interpreter, Arguments arguments);
    }

    private static final Map<String, Method> METHODS = methods();

    private StringMethods() {}

    static @Nullable PyCallable bind(String text, String name, boolean markup) {
        Method method = METHODS.get(name);
        if (method == null) {
            return null;
        }
        if (!markup) {
            return (in, arguments) -> {
                in.budget().walk(text);
                return method.call(text, in, arguments);
            };
        }
        return (in, arguments) -> marked(name, method.call(text, in, escaped(name, arguments)));
    }

    /** Arguments that end up in the result are escaped. */
    private static Arguments escaped(String name, Arguments arguments) {
        return switch (name) {
            case "replace", "join", "format", "ljust", "rjust", "center", "strip", "lstrip", "rstrip" ->
                new Arguments(
                        arguments.positional().stream()
                                .map(StringMethods::escapedValue)
                                .toList(),
                        arguments.named());
            default -> arguments;
        };
    }

    private static Object escapedValue(Object value) {
        return switch (value) {
            case String text -> Markup.escapeText(text);
            case Markup markup -> markup.text();
            case PySequence sequence ->
                new PyList(sequence.items().stream()
                        .<Object>map(item -> Markup.escape(item).text())
                        .toList());
            default -> value;
        };
    }

    private static Object marked(String name, Object result) {
        return switch (result) {
            case String text -> new Markup(text);
            case PyList list ->
                new PyList(list.items().stream().map(item -> marked(name, item)).toList());
            case PyTuple tuple ->
                new PyTuple(
                        tuple.items().stream().map(item -> marked(name, item)).toList());
            default -> result;
        };
    }

    private static Map<String, Method> methods() {
        Map<String, Method> all = new HashMap<>();
        plain(all);
        questions(all);
        stripping(all);
        splitting(all);
        padding(all);
        SearchMethods.addTo(all);
        all.put("join", (text, in, arguments) -> join(text, arguments.positionalOnly("join", 1, 1), in.budget()));
        all.put("format", (text, in, arguments) -> in.budget().made(new StrFormat(arguments, in).format(text)));
        all.put("format_map", (text, in, arguments) -> {
            Map<String, Object> named = new HashMap<>();
            if (arguments.positionalOnly("format_map", 1, 1).required(0) instanceof PyDict dict) {
                dict.entries().forEach(entry -> named.put(Repr.str(entry.key()), entry.value()));
            }
            return in.budget().made(new StrFormat(new Arguments(List.of(), named), in).format(text));
        });
        all.put("encode", (text, in, arguments) -> {
            throw PyError.type("bytes are not supported in chat templates");
        });
        return Map.copyOf(all);
    }

    private static void plain(Map<String, Method> all) {
        change(all, "upper", TextCase::upper);
        change(all, "lower", TextCase::lower);
        change(all, "casefold", TextCase::caseFold);
        change(all, "title", TextCase::title);
        change(all, "capitalize", TextCase::capitalize);
        change(all, "swapcase", TextCase::swapCase);
    }

    private static void change(Map<String, Method> all, String name, UnaryOperator<String> change) {
        all.put(name, (text, in, arguments) -> {
            arguments.positionalOnly(name, 0, 0);
            return in.budget().made(change.apply(text));
        });
    }

    private static void questions(Map<String, Method> all) {
        each(all, "isalpha", Character::isLetter);
        each(all, "isalnum", Chars::isAlnum);
        each(all, "isdecimal", Chars::isDecimal);
        each(all, "isdigit", Chars::isDigit);
        each(all, "isnumeric", Chars::isNumeric);
        each(all, "isspace", Chars::isSpace);
        question(all, "isupper", TextCase::isUpper);
        question(all, "islower", TextCase::isLower);
        question(all, "istitle", TextCase::isTitle);
        question(all, "isidentifier", Chars::isIdentifier);
        question(all, "isascii", text -> text.codePoints().allMatch(c -> c < 128));
        question(all, "isprintable", text -> text.codePoints().allMatch(Chars::isPrintable));
    }

    private static void each(Map<String, Method> all, String name, IntPredicate test) {
        question(all, name, text -> TextCase.all(text, test));
    }

    private static void question(Map<String, Method> all, String name, Predicate<String> test) {
        all.put(name, (text, in, arguments) -> {
            arguments.positionalOnly(name, 0, 0);
            return test.test(text);
        });
    }

    private static void stripping(Map<String, Method> all) {
        all.put("strip", (text, in, arguments) -> strip(text, arguments.positionalOnly("strip", 0, 1), in, true, true));
        all.put(
                "lstrip",
                (text, in, arguments) -> strip(text, arguments.positionalOnly("lstrip", 0, 1), in, true, false));
        all.put(
                "rstrip",
                (text, in, arguments) -> strip(text, arguments.positionalOnly("rstrip", 0, 1), in, false, true));
        all.put("removeprefix", (text, in, arguments) -> {
            String prefix = arguments.positionalOnly("removeprefix", 1, 1).string(0);
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
        });
        all.put("removesuffix", (text, in, arguments) -> {
            String suffix = arguments.positionalOnly("removesuffix", 1, 1).string(0);
            return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
        });
    }

    private static Object strip(String text, Bound bound, Interpreter in, boolean left, boolean right) {
        Object chars = bound.orNone(0);
        if (chars != null && Py.stringOrNull(chars) == null) {
            throw PyError.type(bound.function() + " arg must be None or str");
        }
        String wanted = bound.stringOrNone(0);
        in.budget().search(text.length(), wanted == null ? 1 : wanted.length());
        return TextCase.strip(text, wanted, left, right);
    }

    private static void splitting(Map<String, Method> all) {
        all.put(
                "split",
                (text, in, arguments) -> split(text, arguments.bind("split", 0, "sep", "maxsplit"), in, false));
        all.put(
                "rsplit",
                (text, in, arguments) -> split(text, arguments.bind("rsplit", 0, "sep", "maxsplit"), in, true));
        all.put(
                "splitlines",
                (text, in, arguments) -> list(
                        TextCase.splitLines(
                                text,
                                arguments.bind("splitlines", 0, "keepends").truthy(0, false)),
                        in));
        all.put(
                "partition",
                (text, in, arguments) -> partition(text, arguments.positionalOnly("partition", 1, 1), in, false));
        all.put(
                "rpartition",
                (text, in, arguments) -> partition(text, arguments.positionalOnly("rpartition", 1, 1), in, true));
    }

    private static Object split(String text, Bound bound, Interpreter in, boolean right) {
        int maximum = bound.integer(1, -1);
        Object separator = bound.orNone(0);
        if (separator == null) {
            return list(right ? TextCase.splitSpacesRight(text, maximum) : TextCase.splitSpaces(text, maximum), in);
        }
        String by = Py.stringOrNull(separator);
        if (by == null) {
            throw PyError.type("must be str or None, not " + Py.typeName(separator));
        }
        if (by.isEmpty()) {
            throw PyError.value("empty separator");
        }
        in.budget().search(text.length(), by.length());
        int bounded = maximum < 0 ? -1 : maximum;
        return list(right ? TextCase.splitRight(text, by, bounded) : TextCase.split(text, by, bounded), in);
    }

    private static PyList list(List<String> parts, Interpreter in) {
        in.budget().allocate(parts.size());
        return new PyList(new ArrayList<>(parts));
    }

    private static Object partition(String text, Bound bound, Interpreter in, boolean right) {
        String separator = bound.string(0);
        if (separator.isEmpty()) {
            throw PyError.value("empty separator");
        }
        in.budget().search(text.length(), separator.length());
        int at = right ? text.lastIndexOf(separator) : text.indexOf(separator);
        if (at < 0) {
            return right ? PyTuple.of("", "", text) : PyTuple.of(text, "", "");
        }
        return PyTuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
    }

    private static void padding(Map<String, Method> all) {
        all.put("center", (text, in, arguments) -> {
            Bound bound = arguments.positionalOnly("center", 1, 2);
            return TextCase.center(text, bound.integer(0, 0), fill(bound), in.budget());
        });
        all.put("ljust", (text, in, arguments) -> {
            Bound bound = arguments.positionalOnly("ljust", 1, 2);
            return TextCase.pad(text, 0, (long) bound.integer(0, 0) - Chars.length(text), fill(bound), in.budget());
        });
        all.put("rjust", (text, in, arguments) -> {
            Bound bound = arguments.positionalOnly("rjust", 1, 2);
            return TextCase.pad(text, (long) bound.integer(0, 0) - Chars.length(text), 0, fill(bound), in.budget());
        });
        all.put("zfill", (text, in, arguments) -> {
            long zeros = (long) arguments.positionalOnly("zfill", 1, 1).integer(0, 0) - Chars.length(text);
            boolean signed = text.startsWith("-") || text.startsWith("+");
            String padded = TextCase.pad(text.substring(signed ? 1 : 0), zeros, 0, "0", in.budget());
            return signed ? text.charAt(0) + padded : padded;
        });
        all.put(
                "expandtabs",
                (text, in, arguments) -> TextCase.expandTabs(
                        text, arguments.bind("expandtabs", 0, "tabsize").integer(0, 8), in.budget()));
    }

    private static String fill(Bound bound) {
        Object given = bound.get(1);
        if (given == null) {
            return " ";
        }
        String fill = Py.stringOrNull(given);
        if (fill == null || Chars.length(fill) != 1) {
            throw PyError.type("The fill character must be exactly one character long");
        }
        return fill;
    }

    private static String join(String separator, Bound bound, Budget budget) {
        PyIterator items = Py.iterateOrNull(bound.required(0), budget);
        if (items == null) {
            throw PyError.type("can only join an iterable");
        }
        StringBuilder out = new StringBuilder();
        int index = 0;
        for (Object item = items.next(); item != null; item = items.next()) {
            String text = Py.stringOrNull(item);
            if (text == null) {
                throw PyError.type(
                        "sequence item " + index + ": expected str instance, " + Py.typeName(item) + " found");
            }
            budget.checkOutput((long) out.length() + separator.length() + text.length());
            out.append(index++ == 0 ? "" : separator).append(text);
        }
        return budget.made(out.toString());
    }
}
