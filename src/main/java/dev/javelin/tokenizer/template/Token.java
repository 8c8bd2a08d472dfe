package dev.javelin.tokenizer.template;

/**
 * One token of a template. Immutable.
 *
 * @param kind what it is
 * @param text the name, the operator, or the text of a string (escapes resolved) or of template data
 * @param number the value of a number, else the text again
 * @param line where it starts, from 1
 */
record Token(TokenKind kind, String text, Object number, int line) {
    boolean is(TokenKind other) {
        return kind == other;
    }

    boolean isName(String name) {
        return kind == TokenKind.NAME && text.equals(name);
    }

    /** How Jinja names the token in an error. */
    String describe() {
        return kind == TokenKind.NAME ? text : kind.text();
    }
}
