package dev.javelin.tokenizer.template;

/** A comparison operator; the text is Python's. */
enum CompareOp {
    EQ("=="),
    NE("!="),
    LT("<"),
    LTEQ("<="),
    GT(">"),
    GTEQ(">="),
    IN("in"),
    NOT_IN("not in");

    private final String text;

    CompareOp(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
