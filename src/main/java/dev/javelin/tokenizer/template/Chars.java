package dev.javelin.tokenizer.template;

/** Classes of characters as Python sees them, and strings counted in code points. Stateless. */
final class Chars {
    private Chars() {}

    /** {@code str.isspace} of one character, which is also {@code \s} of a Python pattern. */
    static boolean isSpace(int c) {
        if (c < 128) {
            return c == ' ' || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
        }
        return c == 0x85
                || c == 0xa0
                || c == 0x1680
                || (c >= 0x2000 && c <= 0x200a)
                || c == 0x2028
                || c == 0x2029
                || c == 0x202f
                || c == 0x205f
                || c == 0x3000;
    }

    /** A line boundary of {@code str.splitlines}. */
    static boolean isLineBreak(int c) {
        return (c >= 10 && c <= 13) || (c >= 28 && c <= 30) || c == 0x85 || c == 0x2028 || c == 0x2029;
    }

    /** {@code str.isprintable} of one character: what {@code repr} leaves as it is. */
    static boolean isPrintable(int c) {
        if (c < 128) {
            return c >= 32 && c < 127;
        }
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SPACE_SEPARATOR -> false;
            default -> true;
        };
    }

    /** {@code \w} of a Python pattern. */
    static boolean isWord(int c) {
        return c == '_' || isAlnum(c);
    }

    static boolean isAlnum(int c) {
        return Character.isLetter(c) || isNumeric(c);
    }

    static boolean isDecimal(int c) {
        return Character.getType(c) == Character.DECIMAL_DIGIT_NUMBER;
    }

    /** Decimal digits plus the superscript, subscript and circled ones. */
    static boolean isDigit(int c) {
        if (isDecimal(c)) {
            return true;
        }
        return c == 0xb2
                || c == 0xb3
                || c == 0xb9
                || c == 0x2070
                || (c >= 0x2074 && c <= 0x2079)
                || (c >= 0x2080 && c <= 0x2089)
                || (c >= 0x2460 && c <= 0x2468)
                || (c >= 0x2474 && c <= 0x247c)
                || (c >= 0x2488 && c <= 0x2490)
                || (c >= 0x24f5 && c <= 0x24fd)
                || c == 0x24ea
                || c == 0x24ff
                || (c >= 0x2776 && c <= 0x277e)
                || (c >= 0x2780 && c <= 0x2788)
                || (c >= 0x278a && c <= 0x2792);
    }

    static boolean isNumeric(int c) {
        int type = Character.getType(c);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER
                || (type == Character.OTHER_LETTER && "一二三四五六七八九十百千万億兆零".indexOf(c) >= 0);
    }

    static boolean isCased(int c) {
        return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
    }

    static boolean isIdentifier(String text) {
        if (text.isEmpty()) {
            return false;
        }
        int first = text.codePointAt(0);
        if (first != '_' && !Character.isUnicodeIdentifierStart(first)) {
            return false;
        }
        return text.codePoints().allMatch(c -> c == '_' || (Character.isUnicodeIdentifierPart(c) && c >= 32));
    }

    /** Python's {@code len} of a string. */
    static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Where the code point with that index starts, in UTF-16 units. */
    static int offset(String text, int index) {
        return text.offsetByCodePoints(0, index);
    }

    /** Characters {@code from} (inclusive) to {@code to} (exclusive), counted in code points. */
    static String slice(String text, int from, int to) {
        if (to <= from) {
            return "";
        }
        int begin = offset(text, from);
        return text.substring(begin, text.offsetByCodePoints(begin, to - from));
    }

    static String of(int codePoint) {
        return Character.toString(codePoint);
    }
}
