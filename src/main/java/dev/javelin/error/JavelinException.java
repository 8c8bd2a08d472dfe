package dev.javelin.error;

import org.jspecify.annotations.Nullable;

/**
 * The one exception that crosses packages: a code, the field at fault where there is one, and a message that names
 * value and limit. Immutable, apart from what {@link Throwable} itself keeps.
 */
public final class JavelinException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final @Nullable String field;

    /**
     * An error with neither field nor cause.
     *
     * @param code what went wrong
     * @param message names the value and the limit, e.g. "prompt has 9000 tokens, the model's limit is 8192"
     */
    public JavelinException(ErrorCode code, String message) {
        this(code, null, message, null);
    }

    /**
     * An error caused by another.
     *
     * @param code what went wrong
     * @param message names the value and the limit
     * @param cause kept for the log
     */
    public JavelinException(ErrorCode code, String message, Throwable cause) {
        this(code, null, message, cause);
    }

    private JavelinException(ErrorCode code, @Nullable String field, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.field = field;
    }

    /**
     * An error in one field of a request or a setting.
     *
     * @param code what went wrong
     * @param field the field's name as the caller wrote it, e.g. {@code top_p} or {@code messages[2].role}
     * @param message names the value and the limit
     */
    public static JavelinException ofField(ErrorCode code, String field, String message) {
        return new JavelinException(code, field, message, null);
    }

    /** What went wrong. */
    public ErrorCode code() {
        return code;
    }

    /** The field at fault as the caller wrote it, or null. */
    public @Nullable String field() {
        return field;
    }

    /** The message, never null. */
    public String reason() {
        String message = getMessage();
        return message == null ? code.name() : message;
    }
}
