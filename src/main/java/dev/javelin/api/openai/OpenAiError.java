package dev.javelin.api.openai;

import dev.javelin.error.Blame;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ResponseStatusException;

/**
 * A failure as clients of this dialect see it. Immutable.
 *
 * @param status of the response
 * @param body of the response
 */
record OpenAiError(HttpStatusCode status, ErrorBody body) {
    private static final String INVALID_REQUEST = "invalid_request_error";
    private static final String SERVER_ERROR = "server_error";

    /**
     * Any failure. What is our fault shows the request's id and nothing of the inside.
     *
     * @param failure what happened
     * @param requestId for the message of an internal error
     */
    static OpenAiError of(Throwable failure, String requestId) {
        if (failure instanceof JavelinException e) {
            return of(e, requestId);
        }
        if (failure instanceof ResponseStatusException e) {
            return of(e);
        }
        return internal(ErrorCode.INTERNAL, requestId);
    }

    /** Whether the log should hear of it. */
    static boolean isInternal(Throwable failure) {
        if (failure instanceof JavelinException e) {
            return e.code().blame() == Blame.INTERNAL;
        }
        return !(failure instanceof ResponseStatusException e)
                || e.getStatusCode().is5xxServerError();
    }

    private static OpenAiError of(JavelinException e, String requestId) {
        return switch (e.code()) {
            case INVALID_REQUEST -> user(e, "invalid_value");
            case UNSUPPORTED_FIELD -> user(e, "unsupported_parameter");
            case CONTEXT_LENGTH_EXCEEDED -> user(e, "context_length_exceeded");
            case TEMPLATE_FAILED -> user(e, "chat_template_failed");
            case MODEL_NOT_FOUND -> error(HttpStatus.NOT_FOUND, e, INVALID_REQUEST, "model_not_found");
            case QUEUE_FULL -> error(HttpStatus.TOO_MANY_REQUESTS, e, "rate_limit_error", "queue_full");
            case NOT_READY -> error(HttpStatus.SERVICE_UNAVAILABLE, e, SERVER_ERROR, "not_ready");
            case CANCELLED -> error(HttpStatus.SERVICE_UNAVAILABLE, e, SERVER_ERROR, "cancelled");
            case OUT_OF_MEMORY -> error(HttpStatus.SERVICE_UNAVAILABLE, e, SERVER_ERROR, "out_of_memory");
            case INVALID_SETTING,
                    MODEL_UNAVAILABLE,
                    MODEL_CORRUPT,
                    MODEL_UNSUPPORTED,
                    DEVICE_UNAVAILABLE,
                    DEVICE_FAILED,
                    NUMERICS_FAILED,
                    INTERNAL -> internal(e.code(), requestId);
        };
    }

    private static OpenAiError user(JavelinException e, String code) {
        return error(HttpStatus.BAD_REQUEST, e, INVALID_REQUEST, code);
    }

    private static OpenAiError error(HttpStatus status, JavelinException e, String type, String code) {
        return new OpenAiError(status, body(e.reason(), type, e.field(), code));
    }

    private static OpenAiError internal(ErrorCode code, String requestId) {
        return new OpenAiError(
                HttpStatus.INTERNAL_SERVER_ERROR,
                body(
                        "internal error; the server's log says more under request id " + requestId,
                        SERVER_ERROR,
                        null,
                        code.name().toLowerCase(Locale.ROOT)));
    }

    private static OpenAiError of(ResponseStatusException e) {
        HttpStatusCode status = e.getStatusCode();
        String reason = e.getReason();
        HttpStatus known = HttpStatus.resolve(status.value());
        String name = known == null ? "status " + status.value() : known.getReasonPhrase();
        String code = name.toLowerCase(Locale.ROOT).replace(' ', '_');
        String type = status.is5xxServerError() ? SERVER_ERROR : INVALID_REQUEST;
        return new OpenAiError(status, body(reason == null ? name : reason, type, null, code));
    }

    private static ErrorBody body(String message, String type, @Nullable String param, String code) {
        return new ErrorBody(new ErrorBody.Detail(message, type, param, code));
    }
}
