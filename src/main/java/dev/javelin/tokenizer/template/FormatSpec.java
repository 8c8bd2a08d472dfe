package dev.javelin.tokenizer.template;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Python's format specification, {@code [[fill]align][sign][#][0][width][grouping][.precision][type]}. Used once. */
final class FormatSpec {
    /** Width of a number with separators. */
    private static final int MAX_GROUPED = 10_000;

    private final String spec;
    private final Budget budget;
    private int pos;
    private String fill = " ";
    private char align;
    private char sign = '-';
    private boolean alternate;
    private boolean zeros;
    private int width = -1;
    private char grouping;
    private int precision = -1;
    private char type;

    private FormatSpec(String spec, Budget budget) {
        this.spec = spec;
        this.budget = budget;
        parse();
    }

    /** {@code format(value, spec)}. */
    static String format(Object value, String spec, Budget budget) {
        if (spec.isEmpty()) {
            return Repr.str(value);
        }
        String text = Py.stringOrNull(value);
        if (text == null && !Numbers.isNumber(value)) {
            throw PyError.type("unsupported format string passed to " + Py.typeName(value) + ".__format__");
        }
        FormatSpec parsed = new FormatSpec(spec, budget);
        if (text != null) {
            return parsed.text(text);
        }
        boolean asFloat = value instanceof Double || (parsed.type != 0 && "eEfFgG%".indexOf(parsed.type) >= 0);
        return asFloat ? parsed.floating(Numbers.toDouble(value)) : parsed.integer(Numbers.big(value));
    }

    private void parse() {
        parseAlign();
        if (at("+- ")) {
            sign = spec.charAt(pos++);
        }
        if (at("z")) {
            pos++;
        }
        if (at("#")) {
            alternate = true;
            pos++;
        }
        if (at("0")) {
            zeros = true;
            pos++;
            if (align == 0) {
                fill = "0";
                align = '=';
            }
        }
        width = number();
        if (at(",_")) {
            grouping = spec.charAt(pos++);
        }
        if (at(".")) {
            pos++;
            precision = number();
            if (precision < 0) {
                throw PyError.value("Format specifier missing precision");
            }
        }
        if (pos < spec.length()) {
            type = spec.charAt(pos++);
        }
        if (pos < spec.length()) {
            throw PyError.value("Invalid format specifier");
        }
        budget.allocate(Math.max(0, width));
        budget.allocate(Math.max(0, precision));
    }

    private void parseAlign() {
        int first = spec.codePointAt(0);
        int second = Character.charCount(first);
        if (second < spec.length() && "<>=^".indexOf(spec.charAt(second)) >= 0) {
            fill = Chars.of(first);
            align = spec.charAt(second);
            pos = second + 1;
        } else if (at("<>=^")) {
            align = spec.charAt(pos++);
        }
    }

    private boolean at(String chars) {
        return pos < spec.length() && chars.indexOf(spec.charAt(pos)) >= 0;
    }

    private int number() {
        long value = -1;
        while (pos < spec.length() && spec.charAt(pos) >= '0' && spec.charAt(pos) <= '9') {
            value = Math.max(value, 0) * 10 + (spec.charAt(pos++) - '0');
            if (value > Integer.MAX_VALUE) {
                throw PyError.value("Too many decimal digits in format string");
            }
        }
        return (int) value;
    }

    private String text(String text) {
        if (type != 0 && type != 's') {
            throw unknownType("str");
        }
        if (sign != '-' || alternate || grouping != 0 || (align == '=' && !zeros)) {
            throw PyError.value("'=' alignment, sign, '#' and grouping are not allowed in string format specifier");
        }
        String cut = precision >= 0 && Chars.length(text) > precision ? Chars.slice(text, 0, precision) : text;
        return pad("", cut, align == 0 || align == '=' ? '<' : align);
    }

    private PyError unknownType(String of) {
        return PyError.value("Unknown format code '" + type + "' for object of type '" + of + "'");
    }

    private String integer(BigInteger value) {
        if (precision >= 0) {
            throw PyError.value("Precision not allowed in integer format specifier");
        }
        String prefix = "";
        String digits;
        switch (type) {
            case 0, 'd', 'n' -> digits = Repr.integer(value.abs());
            case 'b' -> {
                digits = value.abs().toString(2);
                prefix = "0b";
            }
            case 'o' -> {
                digits = value.abs().toString(8);
                prefix = "0o";
            }
            case 'x', 'X' -> {
                digits = value.abs().toString(16);
                prefix = "0x";
            }
            case 'c' -> {
                return pad("", Chars.of(value.intValue() & 0x1fffff), align == 0 ? '<' : align);
            }
            default -> throw unknownType("int");
        }
        String head = signOf(value.signum() < 0) + (alternate ? prefix : "");
        if (type == 'X') {
            head = TextCase.upper(head);
            digits = TextCase.upper(digits);
        }
        boolean decimal = type == 0 || type == 'd';
        if (grouping == ',' && !decimal) {
            throw PyError.value("Cannot specify ',' with '" + type + "'.");
        }
        return number(head, digits, "", decimal ? 3 : 4);
    }

    private String signOf(boolean negative) {
        return negative ? "-" : sign == '-' ? "" : String.valueOf(sign);
    }

    private String floating(double value) {
        boolean negative = value < 0 || (value == 0 && 1 / value < 0);
        double magnitude = Math.abs(value);
        String body = switch (type) {
            case 'e', 'E', 'f', 'F', 'g', 'G' ->
                FloatFormat.format(magnitude, Character.toLowerCase(type), precision < 0 ? 6 : precision, alternate);
            case 'n' -> FloatFormat.format(magnitude, 'g', precision < 0 ? 6 : precision, alternate);
            case '%' -> FloatFormat.format(magnitude * 100, 'f', precision < 0 ? 6 : precision, alternate) + "%";
            case 0 -> untyped(magnitude);
            default -> throw unknownType("float");
        };
        String text = type == 'E' || type == 'F' || type == 'G' ? TextCase.upper(body) : body;
        int whole = 0;
        while (whole < text.length() && text.charAt(whole) >= '0' && text.charAt(whole) <= '9') {
            whole++;
        }
        return number(signOf(negative), text.substring(0, whole), text.substring(whole), 3);
    }

    /** Without a type: repr, or g with the precision and at least one digit behind the point. */
    private String untyped(double magnitude) {
        if (precision < 0) {
            return FloatFormat.format(magnitude, 'r', 0, alternate);
        }
        String text = FloatFormat.format(magnitude, 'g', precision, alternate);
        boolean whole = text.chars().allMatch(Character::isDigit);
        if (whole && text.length() >= Math.max(1, precision) && precision > 0) {
            return FloatFormat.format(magnitude, 'e', precision - 1, alternate).replaceAll("\\.?0*e", "e");
        }
        return whole ? text + ".0" : text;
    }

    /** Groups and pads a number. */
    private String number(String head, String digits, String tail, int group) {
        if (grouping == 0) {
            return padNumber(head, digits + tail);
        }
        if (width > MAX_GROUPED) {
            throw PyError.limit("a grouped number of width " + width + " passes the limit of " + MAX_GROUPED);
        }
        StringBuilder grouped = new StringBuilder(digits);
        int wanted = align == '=' && fill.equals("0") ? width - head.length() - tail.length() : 0;
        // Zeros that fill the width are grouped like digits.
        while (groupedLength(grouped.length(), group) < wanted) {
            grouped.insert(0, '0');
        }
        for (int i = grouped.length() - group; i > 0; i -= group) {
            grouped.insert(i, grouping);
        }
        return padNumber(head, grouped + tail);
    }

    private static int groupedLength(int digits, int group) {
        return digits + Math.max(0, digits - 1) / group;
    }

    private String padNumber(String head, String body) {
        return pad(head, body, align == 0 ? '>' : align);
    }

    private String pad(@Nullable String head, String body, char how) {
        String start = head == null ? "" : head;
        int missing = width - start.length() - Chars.length(body);
        if (missing <= 0) {
            return start + body;
        }
        return switch (how) {
            case '<' -> start + body + fill.repeat(missing);
            case '^' -> fill.repeat(missing / 2) + start + body + fill.repeat(missing - missing / 2);
            case '=' -> start + fill.repeat(missing) + body;
            default -> fill.repeat(missing) + start + body;
        };
    }
}
