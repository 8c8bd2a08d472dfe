package dev.javelin.tokenizer.template;

import java.util.Locale;

/** Escapes of a string literal, as Python's {@code unicode-escape} codec reads them. Stateless. */
final class StringEscapes {
    private StringEscapes() {}

    static String decode(String text, int line) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        int i = 0;
        while (i < text.length()) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 >= text.length()) {
                out.append(c);
                i++;
            } else {
                i = decodeOne(text, i, out, line);
            }
        }
        return out.toString();
    }

    /** Decodes the escape at {@code at}; gives the place behind it. */
    private static int decodeOne(String text, int at, StringBuilder out, int line) {
        char c = text.charAt(at + 1);
        int simple = "\n\\'\"abfnrtv".indexOf(c);
        if (simple == 0) {
            return at + 2;
        }
        if (simple > 0) {
            out.append("\n\\'\"\u0007\b\f\n\r\t\u000b".charAt(simple));
            return at + 2;
        }
        if (c >= '0' && c <= '7') {
            return octal(text, at + 1, out);
        }
        return switch (c) {
            case 'x' -> hex(text, at, 2, out, line);
            case 'u' -> hex(text, at, 4, out, line);
            case 'U' -> hex(text, at, 8, out, line);
            case 'N' -> named(text, at, out, line);
            default -> unknown(text, at, out);
        };
    }

    private static int octal(String text, int from, StringBuilder out) {
        int i = from;
        int value = 0;
        while (i < text.length() && i < from + 3 && text.charAt(i) >= '0' && text.charAt(i) <= '7') {
            value = value * 8 + (text.charAt(i++) - '0');
        }
        out.appendCodePoint(value);
        return i;
    }

    private static int hex(String text, int at, int digits, StringBuilder out, int line) {
        int value = 0;
        for (int i = at + 2; i < at + 2 + digits; i++) {
            int digit = i < text.length() && text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                throw PyError.syntax("truncated \\" + text.charAt(at + 1) + " escape", line);
            }
            value = value * 16 + digit;
        }
        if (!Character.isValidCodePoint(value)) {
            throw PyError.syntax("illegal Unicode character", line);
        }
        out.appendCodePoint(value);
        return at + 2 + digits;
    }

    private static int named(String text, int at, StringBuilder out, int line) {
        int close = text.indexOf('}', at);
        if (!text.startsWith("{", at + 2) || close < 0) {
            throw PyError.syntax("malformed \\N character escape", line);
        }
        try {
            out.appendCodePoint(Character.codePointOf(text.substring(at + 3, close)));
        } catch (IllegalArgumentException e) {
            throw PyError.syntax("unknown Unicode character name", line);
        }
        return close + 1;
    }

    /**
     * An unknown escape stays; a character beyond ASCII was itself made an escape before, so its backslash eats that
     * one.
     */
    private static int unknown(String text, int at, StringBuilder out) {
        int c = text.codePointAt(at + 1);
        out.append('\\');
        if (c < 128) {
            out.append((char) c);
        } else {
            String form = c < 0x100 ? "x%02x" : c < 0x10000 ? "u%04x" : "U%08x";
            out.append(String.format(Locale.ROOT, form, c));
        }
        return at + 1 + Character.charCount(c);
    }
}
