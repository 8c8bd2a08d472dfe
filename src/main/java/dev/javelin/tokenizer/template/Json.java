package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * transformers' {@code tojson}: Python's {@code json.dumps} without HTML escapes, ASCII escapes only on demand. Used
 * once.
 */
final class Json {
    private final Budget budget;
    private final boolean ascii;
    private final @Nullable String indent;
    private final String itemSeparator;
    private final String keySeparator;
    private final boolean sortKeys;
    private final StringBuilder out = new StringBuilder();

    private Json(Bound bound, Budget budget) {
        this.budget = budget;
        this.ascii = bound.truthy(0, false);
        this.indent = indentOf(bound, budget);
        Object separators = bound.orNone(2);
        List<Object> pair = separators == null ? List.of() : Py.items(separators, budget);
        if (separators != null && pair.size() != 2) {
            throw PyError.value("separators must be a pair");
        }
        this.itemSeparator = separators == null ? (indent == null ? ", " : ",") : text(pair.getFirst());
        this.keySeparator = separators == null ? ": " : text(pair.getLast());
        this.sortKeys = bound.truthy(3, false);
    }

    static String filter(Object value, Arguments arguments, Budget budget) {
        Bound bound = arguments.bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        Json json = new Json(bound, budget);
        json.write(value, 0);
        return budget.made(json.out.toString());
    }

    private static @Nullable String indentOf(Bound bound, Budget budget) {
        Object indent = bound.orNone(1);
        if (indent == null) {
            return null;
        }
        String text = Py.stringOrNull(indent);
        return text != null ? text : Operators.repeatText(" ", bound.integer(1, 0), budget);
    }

    private static String text(Object value) {
        String text = Py.stringOrNull(value);
        if (text == null) {
            throw PyError.type("separators must be str, not " + Py.typeName(value));
        }
        return text;
    }

    private void write(Object value, int depth) {
        budget.enter();
        budget.checkOutput(out.length());
        switch (value) {
            case String text -> quote(text);
            case Markup markup -> quote(markup.text());
            case PySequence sequence -> writeList(sequence.items(), depth);
            case PyDict dict -> writeDict(dict, depth);
            default -> {
                String scalar = scalar(value);
                if (scalar == null) {
                    throw PyError.type("Object of type " + Py.typeName(value) + " is not JSON serializable");
                }
                out.append(scalar);
            }
        }
        budget.leave();
    }

    private static @Nullable String scalar(Object value) {
        return switch (value) {
            case PyNone none -> "null";
            case Boolean flag -> flag ? "true" : "false";
            case Long number -> number.toString();
            case BigInteger number -> Repr.integer(number);
            case Double number -> floating(number);
            default -> null;
        };
    }

    private static String floating(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "Infinity" : "-Infinity";
        }
        return FloatRepr.of(number);
    }

    private void newline(int depth) {
        if (indent != null) {
            out.append('\n');
            for (int i = 0; i < depth; i++) {
                out.append(indent);
            }
            budget.checkOutput(out.length());
        }
    }

    private void writeList(List<Object> items, int depth) {
        if (items.isEmpty()) {
            out.append("[]");
            return;
        }
        out.append('[');
        for (int i = 0; i < items.size(); i++) {
            out.append(i == 0 ? "" : itemSeparator);
            newline(depth + 1);
            write(items.get(i), depth + 1);
        }
        newline(depth);
        out.append(']');
    }

    private void writeDict(PyDict dict, int depth) {
        if (dict.itemCount() == 0) {
            out.append("{}");
            return;
        }
        List<PyDict.Entry> entries = new ArrayList<>(dict.entries());
        if (sortKeys) {
            entries = Sorting.sorted(entries, PyDict.Entry::key, Comparison::less, budget);
        }
        out.append('{');
        boolean first = true;
        for (PyDict.Entry entry : entries) {
            out.append(first ? "" : itemSeparator);
            first = false;
            newline(depth + 1);
            quote(key(entry.key()));
            out.append(keySeparator);
            write(entry.value(), depth + 1);
        }
        newline(depth);
        out.append('}');
    }

    private static String key(Object key) {
        String text = Py.stringOrNull(key);
        if (text == null) {
            text = scalar(key);
        }
        if (text == null) {
            throw PyError.type("keys must be str, int, float, bool or None, not " + Py.typeName(key));
        }
        return text;
    }

    private void quote(String text) {
        budget.checkOutput((long) out.length() + text.length());
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < 32 || (ascii && c > 127)) {
                        String hex = Integer.toHexString(c);
                        out.append("\\u").append("0".repeat(4 - hex.length())).append(hex);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
