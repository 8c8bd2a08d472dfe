package dev.javelin.tokenizer.pretokenizer;

/**
 * The classes of characters that cutting rules tell apart. Stateless.
 *
 * <p>Classes are small numbers, not an enum: the table of the first 65,536 characters is read for every character of
 * every text.
 */
final class CharClass {
    static final byte OTHER = 0;
    /** {@code \p{L}}. */
    static final byte LETTER = 1;
    /** {@code \p{N}}. */
    static final byte NUMBER = 2;
    /** {@code \s} (the property White_Space) without carriage return and line feed. */
    static final byte SPACE = 3;
    /** Carriage return or line feed. */
    static final byte NEWLINE = 4;

    private static final byte[] OF_BMP = new byte[0x10000];

    static {
        for (int c = 0; c < OF_BMP.length; c++) {
            OF_BMP[c] = compute(c);
        }
    }

    private CharClass() {}

    /** The class of the code point at an index; whether it takes two chars is asked of {@link #width}. */
    static byte at(String text, int index) {
        char c = text.charAt(index);
        return Character.isHighSurrogate(c) ? compute(text.codePointAt(index)) : OF_BMP[c];
    }

    /** How many chars the code point at an index takes. */
    static int width(String text, int index) {
        return Character.isHighSurrogate(text.charAt(index)) ? 2 : 1;
    }

    /** Where the run of one class that begins at an index ends. */
    static int runEnd(String text, int start, int end, byte kind) {
        int at = start;
        while (at < end && at(text, at) == kind) {
            at += width(text, at);
        }
        return at;
    }

    static boolean isWhiteSpace(byte kind) {
        return kind >= SPACE;
    }

    private static byte compute(int codePoint) {
        if (codePoint == '\r' || codePoint == '\n') {
            return NEWLINE;
        }
        if ((codePoint >= 9 && codePoint <= 13) || codePoint == 0x85) {
            return SPACE;
        }
        return switch (Character.getType(codePoint)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
            default -> OTHER;
        };
    }
}
