package dev.javelin.model.architecture;

import dev.javelin.model.RotaryScaling;
import dev.javelin.model.checkpoint.JsonKeys;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code config.json} says of rotary embeddings: today in {@code rope_parameters}, formerly in
 * {@code rope_theta} and {@code rope_scaling}, which may stand beside each other; the order of precedence is
 * transformers'. Immutable, any thread.
 *
 * @param config the file
 * @param details {@code rope_scaling}, else {@code rope_parameters}, or null
 */
record ConfigRotary(JsonKeys config, @Nullable JsonKeys details) {
    private static final double DEFAULT_THETA = 10_000;

    static ConfigRotary of(JsonKeys config) {
        JsonKeys details = config.findObject("rope_scaling")
                .filter(scaling -> !scaling.keys().isEmpty())
                .or(() -> config.findObject("rope_parameters"))
                .orElse(null);
        if (details != null) {
            for (String key : details.keys()) {
                if (details.json().path(key).isObject()) {
                    throw config.unsupported(
                            details.full(key), details.json().path(key), "rotation that differs by layer is");
                }
            }
        }
        return new ConfigRotary(config, details);
    }

    /** Base of the frequencies. */
    double theta() {
        JsonKeys holder = details != null && details.contains("rope_theta") ? details : config;
        double theta = positive(holder, "rope_theta", DEFAULT_THETA);
        if (theta < 1) {
            throw holder.corrupt("rope_theta", theta, "it must be at least 1");
        }
        return theta;
    }

    /**
     * How frequencies are stretched.
     *
     * @param contextTokens the trained context, where nothing else names it
     */
    RotaryScaling scaling(int contextTokens) {
        JsonKeys scaling = details;
        if (scaling == null) {
            return new RotaryScaling.None();
        }
        double part = positive(scaling, "partial_rotary_factor", 1);
        if (part != 1) {
            throw scaling.unsupported("partial_rotary_factor", part, "rotation of a part of each head is");
        }
        String key = scaling.contains("rope_type") ? "rope_type" : "type";
        String type = scaling.findString(key).orElse("default");
        return switch (type) {
            case "default" -> new RotaryScaling.None();
            case "linear" -> new RotaryScaling.Linear(factor(scaling));
            case "llama3" -> llama3(scaling, contextTokens);
            default -> throw scaling.unsupported(key, type, "this scaling (default, linear and llama3 are) is");
        };
    }

    private RotaryScaling llama3(JsonKeys scaling, int contextTokens) {
        double low = requirePositive(scaling, "low_freq_factor");
        double high = requirePositive(scaling, "high_freq_factor");
        if (!(high > low)) {
            throw scaling.corrupt("high_freq_factor", high, "it must be above low_freq_factor " + low);
        }
        String key = "original_max_position_embeddings";
        JsonKeys holder = config.contains(key) ? config : scaling;
        int original = holder.findInt(key).orElse(contextTokens);
        if (original < 1) {
            throw holder.corrupt(key, original, "it must be positive");
        }
        return new RotaryScaling.Llama3(factor(scaling), low, high, original);
    }

    private static double factor(JsonKeys scaling) {
        double factor = requirePositive(scaling, "factor");
        if (factor < 1) {
            throw scaling.corrupt("factor", factor, "it must be at least 1");
        }
        return factor;
    }

    private static double requirePositive(JsonKeys keys, String key) {
        if (!keys.contains(key)) {
            throw keys.missing(key);
        }
        return positive(keys, key, 0);
    }

    private static double positive(JsonKeys keys, String key, double otherwise) {
        double value = keys.findNumber(key).orElse(otherwise);
        if (!(value > 0)) {
            throw keys.corrupt(key, value, "it must be positive");
        }
        return value;
    }
}
