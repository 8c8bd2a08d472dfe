package dev.javelin.cli;

/**
 * JSON by hand, for lines. Stateless.
 *
 * <p>Jackson refuses lone surrogates, which a template may well print; here they are escaped, as Python's encoder does.
 * So is everything that some tool takes for the end of a line, and what a terminal would obey.
 */
final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** A string in quotes. */
    static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2);
        append(out, text);
        return out.toString();
    }

    /** Appends a string in quotes. */
    static void append(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                append(out, c);
            }
        }
        out.append('"');
    }

    /** Appends an array of integers. */
    static void append(StringBuilder out, int[] ids) {
        out.append('[');
        for (int i = 0; i < ids.length; i++) {
            if (i > 0) {
                out.append(", ");
            }
            out.append(ids[i]);
        }
        out.append(']');
    }

    private static void append(StringBuilder out, char c) {
        switch (c) {
            case '"' -> out.append("\\\"");
            case '\\' -> out.append("\\\\");
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < ' ' || (c >= 0x7F && c <= 0x9F) || c == 0x2028 || c == 0x2029 || Character.isSurrogate(c)) {
                    out.append("\\u")
                            .append(HEX.charAt(c >> 12))
                            .append(HEX.charAt((c >> 8) & 0xF))
                            .append(HEX.charAt((c >> 4) & 0xF))
                            .append(HEX.charAt(c & 0xF));
                } else {
                    out.append(c);
                }
            }
        }
    }
}
