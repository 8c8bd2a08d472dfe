package dev.javelin.tokenizer.template;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;

/**
 * An exception as Python would have raised it inside a template. Confined to one render; it never leaves the package:
 * {@link #toJavelin} turns it into the exception that does. Kinds exist because Python's own code catches some of them
 * (a failed look-up falls back to an attribute, a failed {@code int()} to its default).
 */
final class PyError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Python's class of the exception. */
    enum Kind {
        TYPE("TypeError"),
        VALUE("ValueError"),
        KEY("KeyError"),
        INDEX("IndexError"),
        ASSERTION("AssertionError"),
        ZERO_DIVISION("ZeroDivisionError"),
        OVERFLOW("OverflowError"),
        UNDEFINED("UndefinedError"),
        SECURITY("SecurityError"),
        RUNTIME("TemplateRuntimeError"),
        FILTER_ARGUMENT("FilterArgumentError"),
        SYNTAX("TemplateSyntaxError"),
        RAISED("TemplateError"),
        LIMIT("limit");

        private final String label;

        Kind(String label) {
            this.label = label;
        }
    }

    private final Kind kind;
    private int line;

    PyError(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    static PyError type(String message) {
        return new PyError(Kind.TYPE, message);
    }

    static PyError value(String message) {
        return new PyError(Kind.VALUE, message);
    }

    static PyError limit(String message) {
        return new PyError(Kind.LIMIT, message);
    }

    static PyError syntax(String message, int line) {
        PyError error = new PyError(Kind.SYNTAX, message);
        error.line = line;
        return error;
    }

    Kind kind() {
        return kind;
    }

    String text() {
        String message = getMessage();
        return message == null ? "" : message;
    }

    /** Notes the line of the innermost statement; later notes change nothing. */
    void noteLine(int statementLine) {
        if (line == 0) {
            line = statementLine;
        }
    }

    /** The exception callers see; what a template raised itself is passed on word for word. */
    JavelinException toJavelin() {
        return switch (kind) {
            case RAISED -> new JavelinException(ErrorCode.TEMPLATE_FAILED, text());
            case LIMIT -> new JavelinException(ErrorCode.TEMPLATE_FAILED, "chat template" + at() + ": " + text());
            case TYPE,
                    VALUE,
                    KEY,
                    INDEX,
                    ASSERTION,
                    ZERO_DIVISION,
                    OVERFLOW,
                    UNDEFINED,
                    SECURITY,
                    RUNTIME,
                    FILTER_ARGUMENT,
                    SYNTAX ->
                new JavelinException(
                        ErrorCode.TEMPLATE_FAILED, "chat template" + at() + ": " + kind.label + ": " + text());
        };
    }

    private String at() {
        return line == 0 ? "" : " line " + line;
    }
}
