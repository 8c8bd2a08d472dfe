package dev.javelin.tokenizer.template;

/** An arithmetic operator; the text is Python's. */
enum BinaryOp {
    ADD("+"),
    SUB("-"),
    MUL("*"),
    DIV("/"),
    FLOORDIV("//"),
    MOD("%"),
    POW("** or pow()");

    private final String text;

    BinaryOp(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
