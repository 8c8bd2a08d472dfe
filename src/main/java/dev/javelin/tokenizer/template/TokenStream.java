package dev.javelin.tokenizer.template;

import java.util.List;

/** The parser's place in the tokens. Used by one thread. */
final class TokenStream {
    private final List<Token> tokens;
    private int at;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token current() {
        return tokens.get(at);
    }

    Token look() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    /** Gives the current token and moves on; stays on EOF. */
    Token next() {
        Token token = tokens.get(at);
        if (at < tokens.size() - 1) {
            at++;
        }
        return token;
    }

    boolean is(TokenKind kind) {
        return current().is(kind);
    }

    boolean isName(String name) {
        return current().isName(name);
    }

    boolean skipIf(TokenKind kind) {
        boolean matches = is(kind);
        if (matches) {
            next();
        }
        return matches;
    }

    boolean skipIfName(String name) {
        boolean matches = isName(name);
        if (matches) {
            next();
        }
        return matches;
    }

    Token expect(TokenKind kind) {
        if (!is(kind)) {
            throw expected(kind.text());
        }
        return next();
    }

    Token expectName(String name) {
        if (!isName(name)) {
            throw expected(name);
        }
        return next();
    }

    private PyError expected(String what) {
        Token token = current();
        String message = token.is(TokenKind.EOF)
                ? "unexpected end of template, expected '" + what + "'."
                : "expected token '" + what + "', got '" + token.describe() + "'";
        return PyError.syntax(message, token.line());
    }

    PyError fail(String message) {
        return PyError.syntax(message, current().line());
    }
}
