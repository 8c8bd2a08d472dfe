package dev.javelin.tokenizer.template;

import java.util.List;
import java.util.Locale;

/** Python's {@code format % values}. Used once, by one thread. */
final class PercentFormat {
    private final String format;
    private final Object values;
    private final boolean escape;
    private final Budget budget;
    private final List<Object> items;
    private final boolean mapping;
    private final StringBuilder out = new StringBuilder();
    private int pos;
    private int nextItem;
    private boolean usedKey;

    /**
     * Prepares a format.
     *
     * @param escape whether values are escaped for HTML: the format is Markup
     */
    PercentFormat(String format, Object values, boolean escape, Budget budget) {
        this.format = format;
        this.values = values;
        this.escape = escape;
        this.budget = budget;
        this.items = values instanceof PyTuple tuple ? tuple.items() : List.of(values);
        this.mapping = values instanceof PyDict
                || values instanceof PyList
                || values instanceof PyRange
                || values instanceof Undefined;
    }

    String format() {
        while (pos < format.length()) {
            int percent = format.indexOf('%', pos);
            if (percent < 0) {
                append(format.substring(pos));
                break;
            }
            append(format.substring(pos, percent));
            pos = percent + 1;
            convert();
        }
        if (nextItem < items.size() && !mapping && !usedKey) {
            throw PyError.type("not all arguments converted during string formatting");
        }
        return budget.made(out.toString());
    }

    private void append(String text) {
        budget.step();
        budget.checkOutput((long) out.length() + text.length());
        out.append(text);
    }

    private char peek() {
        if (pos >= format.length()) {
            throw PyError.value("incomplete format");
        }
        return format.charAt(pos);
    }

    private Object nextValue() {
        if (nextItem >= items.size()) {
            throw PyError.type("not enough arguments for format string");
        }
        return items.get(nextItem++);
    }

    private void convert() {
        Object keyed = peek() == '(' ? keyedValue() : null;
        String flags = "";
        while ("-+ #0".indexOf(peek()) >= 0) {
            budget.steps(1 + flags.length() / 8);
            flags += format.charAt(pos++);
        }
        int width = number(-1);
        if (width < -1) {
            flags += "-";
            width = -width;
        }
        int precision = -1;
        if (peek() == '.') {
            pos++;
            precision = Math.max(0, number(0));
        }
        while ("hlL".indexOf(peek()) >= 0) {
            pos++;
        }
        char type = format.charAt(pos++);
        if (type == '%') {
            append("%");
            return;
        }
        Object value = keyed == null ? nextValue() : keyed;
        write(type, value, flags, width, precision);
    }

    private Object keyedValue() {
        if (!(values instanceof PyDict dict)) {
            throw PyError.type("format requires a mapping");
        }
        int depth = 1;
        int start = ++pos;
        while (depth > 0) {
            char c = pos < format.length() ? format.charAt(pos) : 0;
            if (c == 0) {
                throw PyError.value("incomplete format key");
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            pos++;
        }
        usedKey = true;
        String key = format.substring(start, pos - 1);
        Object value = dict.get(key);
        if (value == null) {
            throw new PyError(PyError.Kind.KEY, Repr.quote(key));
        }
        return value;
    }

    /** A width or precision: digits, or a star that takes a value. */
    private int number(int fallback) {
        if (peek() == '*') {
            pos++;
            Object value = nextValue();
            if (!Numbers.isInt(value) || Numbers.big(value).bitLength() > 31) {
                throw PyError.type("* wants int");
            }
            return Numbers.big(value).intValue();
        }
        long value = -1;
        while (Character.isDigit(peek())) {
            value = Math.max(value, 0) * 10 + (format.charAt(pos++) - '0');
            if (value > Integer.MAX_VALUE) {
                throw PyError.value("width too big");
            }
        }
        return value < 0 ? fallback : (int) value;
    }

    private void write(char type, Object value, String flags, int width, int precision) {
        budget.allocate(Math.max(0, width));
        budget.allocate(Math.max(0, precision));
        switch (type) {
            case 's', 'r', 'a' -> {
                String text = type == 's' ? text(value) : type == 'r' ? Repr.repr(value) : Repr.ascii(value);
                String cut = precision >= 0 && Chars.length(text) > precision ? Chars.slice(text, 0, precision) : text;
                pad("", cut, flags.replace("0", ""), width);
            }
            case 'c' -> pad("", character(value), flags.replace("0", ""), width);
            case 'd', 'i', 'u', 'o', 'x', 'X' -> integer(type, value, flags, width, precision);
            case 'e', 'E', 'f', 'F', 'g', 'G' -> floating(type, value, flags, width, precision);
            default ->
                throw PyError.value(String.format(
                        Locale.ROOT,
                        "unsupported format character '%c' (0x%x) at index %d",
                        type,
                        (int) type,
                        pos - 1));
        }
    }

    private String text(Object value) {
        return escape ? Markup.escape(value).text() : Repr.str(value);
    }

    private static String character(Object value) {
        String text = Py.stringOrNull(value);
        if (text != null && Chars.length(text) == 1) {
            return text;
        }
        if (!Numbers.isInt(value)) {
            throw PyError.type("the conversion c requires int or char");
        }
        if (Numbers.big(value).signum() < 0 || Numbers.big(value).bitLength() > 21) {
            throw new PyError(PyError.Kind.OVERFLOW, "the conversion c takes an int in range(0x110000)");
        }
        return Chars.of(Math.min(Numbers.big(value).intValue(), Character.MAX_CODE_POINT));
    }

    private void integer(char type, Object value, String flags, int width, int precision) {
        Object whole = value;
        boolean decimal = type == 'd' || type == 'i' || type == 'u';
        if (decimal && value instanceof Double number) {
            whole = Numbers.truncate(number);
        }
        if (!Numbers.isInt(whole)) {
            String wanted = decimal ? "a real number is required" : "an integer is required";
            throw PyError.type("%" + type + " format: " + wanted + ", not " + Py.typeName(value));
        }
        int radix = decimal ? 10 : type == 'o' ? 8 : 16;
        String digits = decimal
                ? Repr.integer(Numbers.big(whole).abs())
                : Numbers.big(whole).abs().toString(radix);
        if (digits.length() < precision) {
            digits = "0".repeat(precision - digits.length()) + digits;
        }
        String prefix = flags.contains("#") && !decimal ? (type == 'o' ? "0o" : "0x") : "";
        String text = prefix + digits;
        pad(sign(Numbers.big(whole).signum() < 0, flags), type == 'X' ? TextCase.upper(text) : text, flags, width);
    }

    private void floating(char type, Object value, String flags, int width, int precision) {
        if (value instanceof Undefined undefined) {
            throw undefined.error();
        }
        if (!Numbers.isNumber(value)) {
            throw PyError.type("must be real number, not " + Py.typeName(value));
        }
        double number = Numbers.toDouble(value);
        boolean negative = number < 0 || (number == 0 && 1 / number < 0);
        String text = FloatFormat.format(
                Math.abs(number), Character.toLowerCase(type), precision < 0 ? 6 : precision, flags.contains("#"));
        pad(sign(negative, flags), Character.isUpperCase(type) ? TextCase.upper(text) : text, flags, width);
    }

    private static String sign(boolean negative, String flags) {
        return negative ? "-" : flags.contains("+") ? "+" : flags.contains(" ") ? " " : "";
    }

    private void pad(String sign, String text, String flags, int width) {
        int missing = width - sign.length() - Chars.length(text);
        if (missing <= 0) {
            append(sign + text);
        } else if (flags.contains("-")) {
            append(sign + text + " ".repeat(missing));
        } else if (flags.contains("0")) {
            boolean prefixed = text.startsWith("0x") || text.startsWith("0X") || text.startsWith("0o");
            String head = prefixed ? text.substring(0, 2) : "";
            append(sign + head + "0".repeat(missing) + text.substring(head.length()));
        } else {
            append(" ".repeat(missing) + sign + text);
        }
    }
}
