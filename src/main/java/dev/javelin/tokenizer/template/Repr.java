package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import java.util.List;

/** Python's {@code str} and {@code repr}. Stateless. */
final class Repr {
    /** Nested containers that are written out; beyond them Python's own recursion would fail too. */
    private static final int MAX_NESTING = 250;

    /** Text that one repr may make: more than a budget allows anyway. */
    private static final int MAX_CHARS = 64_000_000;

    private Repr() {}

    static String str(Object value) {
        return switch (value) {
            case String text -> text;
            case Markup markup -> markup.text();
            case Undefined undefined -> "";
            default -> repr(value);
        };
    }

    static String repr(Object value) {
        StringBuilder out = new StringBuilder();
        write(value, out, 0);
        return out.toString();
    }

    static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        quote(text, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out, int nesting) {
        if (nesting > MAX_NESTING) {
            throw PyError.limit("nested values pass the limit of " + MAX_NESTING + " levels");
        }
        if (out.length() > MAX_CHARS) {
            throw PyError.limit("the text of a value passes the limit of " + MAX_CHARS + " characters");
        }
        switch (value) {
            case String text -> quote(text, out);
            case Markup markup -> {
                out.append("Markup(");
                quote(markup.text(), out);
                out.append(')');
            }
            case Boolean flag -> out.append(flag ? "True" : "False");
            case Long number -> out.append(number.longValue());
            case BigInteger number -> out.append(integer(number));
            case Double number -> out.append(FloatRepr.of(number));
            case PyNone none -> out.append("None");
            case PyList list -> writeItems("[", list.items(), "]", out, nesting);
            case PyTuple tuple -> writeItems("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")", out, nesting);
            case PyDict dict -> writeDict(dict, out, nesting);
            case DictView view -> {
                out.append(view.part().typeName());
                writeItems("([", view.dict().entries().stream().map(view::show).toList(), "])", out, nesting);
            }
            case Namespace namespace -> {
                out.append("<Namespace ");
                write(namespace.attributes(), out, nesting + 1);
                out.append('>');
            }
            default -> out.append(opaque(value));
        }
    }

    private static String opaque(Object value) {
        return switch (value) {
            case Undefined undefined -> "Undefined";
            case PyRange range ->
                "range(" + range.start() + ", " + range.stop() + (range.step() == 1 ? "" : ", " + range.step()) + ")";
            case MacroFunction macro -> macro.describe();
            case LoopContext loop -> "<LoopContext " + (loop.index0() + 1) + "/" + loop.length() + ">";
            case SliceValue slice ->
                "slice(" + repr(slice.start()) + ", " + repr(slice.stop()) + ", " + repr(slice.step()) + ")";
            case TemplateSelf self -> "<TemplateReference None>";
            // Python prints an address here; no template can depend on it.
            default -> "<" + Py.typeName(value) + " object>";
        };
    }

    /** An int's digits; CPython refuses to write more than 4300. */
    static String integer(BigInteger number) {
        // More bits than 4300 digits can have: refused before the slow conversion.
        String digits = number.bitLength() > 14_300 ? "" : number.toString();
        if (digits.isEmpty() || digits.length() > IntText.MAX_DIGITS + (number.signum() < 0 ? 1 : 0)) {
            throw PyError.value("Exceeds the limit (" + IntText.MAX_DIGITS + " digits) for integer string conversion");
        }
        return digits;
    }

    private static void writeItems(String open, List<Object> items, String close, StringBuilder out, int nesting) {
        out.append(open);
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.append(", ");
            }
            write(items.get(i), out, nesting + 1);
        }
        out.append(close);
    }

    private static void writeDict(PyDict dict, StringBuilder out, int nesting) {
        out.append('{');
        boolean first = true;
        for (PyDict.Entry entry : dict.entries()) {
            if (!first) {
                out.append(", ");
            }
            first = false;
            write(entry.key(), out, nesting + 1);
            out.append(": ");
            write(entry.value(), out, nesting + 1);
        }
        out.append('}');
    }

    private static void quote(String text, StringBuilder out) {
        char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
        out.append(quote);
        text.codePoints().forEach(c -> writeChar(c, quote, out));
        out.append(quote);
    }

    private static void writeChar(int c, char quote, StringBuilder out) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            case '\\' -> out.append("\\\\");
            default -> {
                if (c == quote) {
                    out.append('\\').append(quote);
                } else if (Chars.isPrintable(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append(escape(c));
                }
            }
        }
    }

    private static String escape(int c) {
        int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
        String hex = Integer.toHexString(c);
        return (digits == 2 ? "\\x" : digits == 4 ? "\\u" : "\\U") + "0".repeat(digits - hex.length()) + hex;
    }

    /** {@code ascii(value)}: the repr with everything beyond ASCII escaped. */
    static String ascii(Object value) {
        StringBuilder out = new StringBuilder();
        repr(value).codePoints().forEach(c -> {
            if (c < 128) {
                out.append((char) c);
            } else {
                out.append(escape(c));
            }
        });
        return out.toString();
    }
}
