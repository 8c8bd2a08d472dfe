package dev.javelin.api;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import org.jspecify.annotations.Nullable;

/**
 * The served model as clients see it. Immutable.
 *
 * @param name what clients call it
 * @param createdSeconds when it was loaded, in seconds since 1970
 * @param contextTokens most tokens of prompt and answer together
 * @param fingerprint changes whenever the same request might be answered differently ({@code system_fingerprint})
 */
public record ServedModel(String name, long createdSeconds, int contextTokens, String fingerprint) {
    /**
     * Checks the model that a request names.
     *
     * @param asked null where the request left it out
     * @throws JavelinException MODEL_NOT_FOUND
     */
    public void checkName(@Nullable String asked) {
        if (asked != null && !asked.equals(name)) {
            throw JavelinException.ofField(
                    ErrorCode.MODEL_NOT_FOUND,
                    "model",
                    "the model " + JsonValues.quoted(asked) + " does not exist; this server has "
                            + JsonValues.quoted(name));
        }
    }
}
