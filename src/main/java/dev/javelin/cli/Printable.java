package dev.javelin.cli;

/** Text from files and networks, made safe for a terminal. Stateless. */
final class Printable {
    private static final String UNSAFE =
            "[\\p{Cntrl}\\u0080-\\u009F\\p{Cs}\\u202A-\\u202E\\u2066-\\u2069\\u2028\\u2029]";

    private Printable() {}

    /** The text with a question mark for what would move the cursor, change colours or turn the line round. */
    static String of(String text) {
        return text.replaceAll(UNSAFE, "?");
    }
}
