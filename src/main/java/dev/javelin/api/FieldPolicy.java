package dev.javelin.api;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * What happens to each field of an object in a request. Immutable. A field on none of the lists is accepted and named
 * in the response's header {@code x-javelin-ignored}.
 *
 * @param applied fields that change the answer
 * @param withoutEffect fields that are accepted and change nothing here
 * @param refused fields that would change the answer, and which this server does not support
 */
public record FieldPolicy(Set<String> applied, Set<String> withoutEffect, Map<String, Refusal> refused) {
    /**
     * Why a field is refused.
     *
     * @param reason completes "{@code suffix is not supported: ...}"
     * @param harmless values that ask for nothing, e.g. the default, and are let through
     */
    public record Refusal(String reason, Predicate<JsonNode> harmless) {}

    /** A policy that refuses nothing yet. */
    public static FieldPolicy of(Set<String> applied, Set<String> withoutEffect) {
        return new FieldPolicy(applied, withoutEffect, Map.of());
    }

    /** The same policy with one more refused field. */
    public FieldPolicy refusing(String name, String reason, Predicate<JsonNode> harmless) {
        Map<String, Refusal> more = new LinkedHashMap<>(refused);
        more.put(name, new Refusal(reason, harmless));
        return new FieldPolicy(applied, withoutEffect, more);
    }

    /** The same policy with more refused fields, whatever their values. */
    public FieldPolicy refusing(String reason, String... names) {
        FieldPolicy policy = this;
        for (String name : names) {
            policy = policy.refusing(name, reason, node -> false);
        }
        return policy;
    }

    /**
     * Refuses and remembers.
     *
     * @throws JavelinException UNSUPPORTED_FIELD that names the field
     */
    public void check(JsonFields fields) {
        for (String name : fields.names()) {
            JsonNode value = fields.tryNode(name);
            Refusal refusal = refused.get(name);
            if (value == null || applied.contains(name) || withoutEffect.contains(name)) {
                continue;
            }
            if (refusal == null) {
                fields.ignore(name);
            } else if (!refusal.harmless().test(value)) {
                throw JavelinException.ofField(
                        ErrorCode.UNSUPPORTED_FIELD,
                        fields.path(name),
                        fields.path(name) + " is not supported: " + refusal.reason());
            }
        }
    }
}
