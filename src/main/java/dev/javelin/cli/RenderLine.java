package dev.javelin.cli;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code render --jsonl}. Immutable.
 *
 * @param template Jinja source
 * @param data the names that the template sees
 */
record RenderLine(String template, Map<String, @Nullable Object> data) {
    /**
     * Reads {@code {"template": "...", "data": {...}}}; other keys are ignored, no data is empty data.
     *
     * @throws JavelinException INVALID_REQUEST naming the key
     */
    static RenderLine parse(String line) {
        Object value = PythonJson.parse(line);
        if (!(value instanceof Map<?, ?> object)) {
            throw invalid("expected a JSON object, got " + PythonJson.kind(value));
        }
        if (!(object.get("template") instanceof String template)) {
            throw invalid(
                    object.containsKey("template")
                            ? "\"template\" must be a string, but is " + PythonJson.kind(object.get("template"))
                            : "\"template\" is missing");
        }
        Object data = object.containsKey("data") ? object.get("data") : Map.of();
        if (!(data instanceof Map<?, ?> names)) {
            throw invalid("\"data\" must be an object, but is " + PythonJson.kind(data));
        }
        return new RenderLine(template, names(names));
    }

    /** The entries of a JSON object, whose keys are strings. */
    static Map<String, @Nullable Object> names(Map<?, ?> object) {
        Map<String, @Nullable Object> names = new LinkedHashMap<>();
        object.forEach((name, value) -> names.put(String.valueOf(name), value));
        return names;
    }

    private static JavelinException invalid(String message) {
        return new JavelinException(ErrorCode.INVALID_REQUEST, message);
    }
}
