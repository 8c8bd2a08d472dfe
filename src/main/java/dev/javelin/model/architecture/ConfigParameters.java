package dev.javelin.model.architecture;

import dev.javelin.error.JavelinException;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.checkpoint.JsonKeys;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code config.json} says, read as transformers reads it: a key that is absent has its class's default.
 * Immutable, any thread.
 *
 * @param config the file
 * @param of the class that it names
 * @param modelName the model's name for people, which the file does not know
 */
record ConfigParameters(JsonKeys config, ConfigArchitecture of, String modelName) implements Parameters {
    /** Several times what the deepest models have. */
    private static final int MOST_LAYERS = 10_000;

    private static final double DEFAULT_EPSILON = 1e-6;

    /** Keys that change the mathematics where a class reads them, with the value that does not. */
    private static final Map<String, Double> NEUTRAL = Map.of(
            "num_experts", 0.0,
            "num_local_experts", 0.0,
            "attn_logit_softcapping", 0.0,
            "final_logit_softcapping", 0.0,
            "embedding_multiplier", 1.0,
            "residual_multiplier", 1.0,
            "logits_scaling", 1.0,
            "logit_scale", 1.0,
            "partial_rotary_factor", 1.0);

    @Override
    public String architecture() {
        return of.name();
    }

    @Override
    public OptionalInt findSize(Parameter parameter) {
        OptionalInt found = config.findInt(parameter.configKey());
        if (found.isEmpty()) {
            return defaultSize(parameter);
        }
        if (found.getAsInt() < 1 || found.getAsInt() > SIZE_LIMIT) {
            throw corrupt(parameter, found.getAsInt(), "it must be in [1, " + SIZE_LIMIT + "]");
        }
        return found;
    }

    /** Null says: as many as query heads. */
    private OptionalInt defaultSize(Parameter parameter) {
        Integer otherwise = null;
        if (parameter == Parameter.KV_HEAD_COUNT && !config.mentions(parameter.configKey())) {
            otherwise = of.defaultKvHeadCount();
        } else if (parameter == Parameter.HEAD_DIM) {
            otherwise = of.defaultHeadDim();
        }
        return otherwise == null ? OptionalInt.empty() : OptionalInt.of(otherwise);
    }

    @Override
    public Optional<Double> findPositive(Parameter parameter) {
        Optional<Double> found = config.findNumber(parameter.configKey());
        if (found.isEmpty()) {
            return parameter == Parameter.NORM_EPSILON ? Optional.of(DEFAULT_EPSILON) : found;
        }
        if (!(found.get().floatValue() > 0) || !Float.isFinite(found.get().floatValue())) {
            throw corrupt(parameter, found.get(), "it must be positive");
        }
        return found;
    }

    @Override
    public int mostLayers() {
        return MOST_LAYERS;
    }

    @Override
    public int vocabularyTokens() {
        return requireSize(Parameter.VOCABULARY_TOKENS);
    }

    @Override
    public boolean tiedHead() {
        return config.findBoolean("tie_word_embeddings").orElse(false);
    }

    @Override
    public boolean projectionBias() {
        return of.projectionBias();
    }

    @Override
    public boolean headNorm() {
        return of.headNorm();
    }

    /** As trained: query and key rows lie in halves. */
    @Override
    public RotarySpec rotary(int rotatedDims) {
        ConfigRotary rotary = ConfigRotary.of(config);
        int contextTokens = requireSize(Parameter.CONTEXT_TOKENS);
        return new RotarySpec(RotaryLayout.HALVES, rotatedDims, rotary.theta(), rotary.scaling(contextTokens));
    }

    @Override
    public @Nullable Integer windowTokens(int layerIndex) {
        return of.windowTokens(config, layerIndex);
    }

    /** Refuses what neither the class nor this build computes, by the key that asks for it. */
    void refuseWhatIsNotComputed() {
        config.findString("hidden_act")
                .filter(name -> !name.equals("silu") && !name.equals("swish"))
                .ifPresent(name -> {
                    throw config.unsupported("hidden_act", name, "an activation other than silu is");
                });
        if (config.contains("quantization_config")) {
            throw config.unsupported(
                    "quantization_config.quant_method",
                    config.json()
                            .path("quantization_config")
                            .path("quant_method")
                            .asString("not named"),
                    "a quantised checkpoint is");
        }
        NEUTRAL.forEach((key, neutral) -> config.findNumber(key)
                .filter(value -> !value.equals(neutral))
                .ifPresent(value -> {
                    throw config.unsupported(key, value, "it is");
                }));
        config.findNumber(Parameter.ATTENTION_SCALE.configKey()).ifPresent(value -> {
            throw config.unsupported(Parameter.ATTENTION_SCALE.configKey(), value, "it is");
        });
        of.refuseWhatIsNotComputed(config);
    }

    /** Refuses a key that is true. */
    static void refuseTrue(JsonKeys config, String key, String what) {
        if (config.findBoolean(key).orElse(false)) {
            throw config.unsupported(key, true, what);
        }
    }

    /**
     * The window that {@code sliding_window} names.
     *
     * @param otherwise where the key is absent; null in its place says that there is no window
     */
    static @Nullable Integer windowTokens(JsonKeys config, int otherwise) {
        if (!config.contains("sliding_window")) {
            return config.mentions("sliding_window") ? null : (Integer) otherwise;
        }
        int window = config.findInt("sliding_window").orElseThrow();
        if (window < 1 || window > SIZE_LIMIT) {
            throw config.corrupt("sliding_window", window, "it must be in [1, " + SIZE_LIMIT + "]");
        }
        return window;
    }

    @Override
    public String nameOf(Parameter parameter) {
        return config.full(parameter.configKey());
    }

    @Override
    public JavelinException corrupt(Parameter parameter, Object value, String why) {
        return config.corrupt(parameter.configKey(), value, why);
    }

    @Override
    public JavelinException missing(Parameter parameter) {
        return config.missing(parameter.configKey());
    }

    @Override
    public JavelinException unsupported(Parameter parameter, Object value, String what) {
        return config.unsupported(parameter.configKey(), value, what);
    }
}
