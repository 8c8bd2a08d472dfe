package dev.javelin.tokenizer.template;

/** What a token is; the text is how Jinja names it in a syntax error. */
enum TokenKind {
    ADD("+"),
    ASSIGN("="),
    COLON(":"),
    COMMA(","),
    DIV("/"),
    DOT("."),
    EQ("=="),
    FLOORDIV("//"),
    GT(">"),
    GTEQ(">="),
    LBRACE("{"),
    LBRACKET("["),
    LPAREN("("),
    LT("<"),
    LTEQ("<="),
    MOD("%"),
    MUL("*"),
    NE("!="),
    PIPE("|"),
    POW("**"),
    RBRACE("}"),
    RBRACKET("]"),
    RPAREN(")"),
    SEMICOLON(";"),
    SUB("-"),
    TILDE("~"),
    FLOAT("float"),
    INTEGER("integer"),
    NAME("name"),
    STRING("string"),
    BLOCK_BEGIN("begin of statement block"),
    BLOCK_END("end of statement block"),
    VARIABLE_BEGIN("begin of print statement"),
    VARIABLE_END("end of print statement"),
    DATA("template data / text"),
    EOF("end of template");

    private final String text;

    TokenKind(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
