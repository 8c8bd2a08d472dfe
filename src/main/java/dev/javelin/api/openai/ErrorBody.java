package dev.javelin.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's error body. Immutable.
 *
 * @param error what went wrong
 */
record ErrorBody(Detail error) {
    /**
     * What went wrong.
     *
     * @param message for people
     * @param type the kind, e.g. {@code invalid_request_error}
     * @param param the field at fault, or null
     * @param code for programs, e.g. {@code context_length_exceeded}
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Detail(String message, String type, @Nullable String param, String code) {}
}
