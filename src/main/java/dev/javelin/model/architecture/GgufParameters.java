package dev.javelin.model.architecture;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.GgufMetadata;
import dev.javelin.model.checkpoint.GgufTensor;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A GGUF file's metadata keys below its architecture's name, and what only its tensors tell: GGUF has no key for biases
 * and tied heads. Immutable, any thread.
 *
 * @param file holds keys and tensors
 * @param of the architecture that the file names
 */
record GgufParameters(GgufFile file, GgufArchitecture of) implements Parameters {
    /** The tensor of frequency factors, how Llama 3.1's scaling is stored. */
    static final String FACTORS_TENSOR = "rope_freqs.weight";

    private static final String WINDOW_KEY = "attention.sliding_window";

    private GgufMetadata metadata() {
        return file.metadata();
    }

    private String full(String key) {
        return of.name() + "." + key;
    }

    @Override
    public String architecture() {
        return of.name();
    }

    @Override
    public String modelName() {
        return metadata().findString("general.name").orElse(of.name());
    }

    /** Sizes may be listed layer by layer; layers that differ are unsupported. */
    @Override
    public OptionalInt findSize(Parameter parameter) {
        String name = nameOf(parameter);
        OptionalInt value = metadata().isList(name)
                ? OptionalInt.of(uniform(parameter))
                : metadata().findInt(name);
        if (value.isPresent() && (value.getAsInt() < 1 || value.getAsInt() > SIZE_LIMIT)) {
            throw corrupt(parameter, value.getAsInt(), "it must be in [1, " + SIZE_LIMIT + "]");
        }
        return value;
    }

    private int uniform(Parameter parameter) {
        int[] values = metadata().requireInts(nameOf(parameter));
        int layerCount = metadata().requireInt(nameOf(Parameter.LAYER_COUNT));
        if (values.length != layerCount || layerCount == 0) {
            throw corrupt(parameter, "a list of " + values.length, "the model has " + layerCount + " layers");
        }
        if (Arrays.stream(values).distinct().count() != 1) {
            throw unsupported(parameter, Arrays.toString(values), "layers that differ are");
        }
        return values[0];
    }

    @Override
    public Optional<Double> findPositive(Parameter parameter) {
        return findPositive(parameter.ggufKey()).map(Float::doubleValue);
    }

    private Optional<Float> findPositive(String key) {
        Optional<Float> value = metadata().findFloat(full(key));
        if (value.isPresent() && !(value.get() > 0)) {
            throw metadata().corrupt(full(key), value.get(), "it must be positive");
        }
        return value;
    }

    /** Every layer has tensors. */
    @Override
    public int mostLayers() {
        return file.tensors().size();
    }

    /** What the file says, or how many tokens it lists, or how many rows its embedding has. */
    @Override
    public int vocabularyTokens() {
        OptionalInt given = findSize(Parameter.VOCABULARY_TOKENS);
        int found = given.orElseGet(() ->
                metadata().findStrings("tokenizer.ggml.tokens").map(List::size).orElseGet(this::embeddingRows));
        if (found < 1) {
            throw missing(Parameter.VOCABULARY_TOKENS);
        }
        return found;
    }

    private int embeddingRows() {
        return file.tryTensor(GgufTensorNames.INSTANCE.nameOf(WeightKey.of(WeightRole.TOKEN_EMBEDDING)))
                .map(GgufTensor::rowCount)
                .map(rows -> (int) Math.min(rows, SIZE_LIMIT))
                .orElse(0);
    }

    @Override
    public boolean tiedHead() {
        return !has(WeightKey.of(WeightRole.LM_HEAD));
    }

    @Override
    public boolean projectionBias() {
        return has(WeightKey.of(WeightRole.QUERY_BIAS, 0));
    }

    private boolean has(WeightKey key) {
        return file.tryTensor(GgufTensorNames.INSTANCE.nameOf(key)).isPresent();
    }

    @Override
    public boolean headNorm() {
        return of.headNorm();
    }

    @Override
    public RotarySpec rotary(int rotatedDims) {
        return new RotarySpec(
                of.rotaryLayout(),
                rotatedDims,
                findPositive("rope.freq_base").orElse(10_000f),
                rotaryScaling(rotatedDims));
    }

    /** A linear factor in the metadata, a factor for each pair in a tensor, or both, which multiply. */
    private RotaryScaling rotaryScaling(int rotatedDims) {
        float linear = linearFactor();
        Optional<GgufTensor> factors = file.tryTensor(FACTORS_TENSOR);
        if (factors.isPresent()) {
            return new RotaryScaling.Factors(pairFactors(factors.get(), rotatedDims / 2, linear));
        }
        return linear == 1 ? new RotaryScaling.None() : new RotaryScaling.Linear(linear);
    }

    /** A factor without a type is linear; older files have it in {@code rope.scale_linear}. */
    private float linearFactor() {
        String key = "rope.scaling.type";
        String type = metadata().findString(full(key)).orElse("linear");
        return switch (type) {
            case "none" -> 1;
            case "linear" ->
                findPositive("rope.scaling.factor")
                        .or(() -> findPositive("rope.scale_linear"))
                        .orElse(1f);
            default -> throw unsupported(key, type, "this scaling (none and linear are) is");
        };
    }

    private float[] pairFactors(GgufTensor tensor, int pairCount, float linear) {
        if (tensor.elementCount() != pairCount) {
            throw CheckpointWeights.wrongShape(tensor, "[" + pairCount + "]");
        }
        float[] factors = tensor.toFloats();
        for (int i = 0; i < pairCount; i++) {
            if (!(factors[i] > 0) || !Float.isFinite(factors[i] * linear)) {
                throw metadata().corrupt("(tensor) " + FACTORS_TENSOR, factors[i] + " at " + i, "it must be positive");
            }
            factors[i] *= linear;
        }
        return factors;
    }

    /** Zero, as some converters write it, is no window. */
    @Override
    public @Nullable Integer windowTokens(int layerIndex) {
        int window = metadata().findInt(full(WINDOW_KEY)).orElse(0);
        if (window < 0 || window > SIZE_LIMIT) {
            throw metadata().corrupt(full(WINDOW_KEY), window, "it must be in [1, " + SIZE_LIMIT + "]");
        }
        return window == 0 ? null : window;
    }

    /** Refuses keys that change the mathematics, unless they say what is computed anyway. */
    void refuseWhatIsNotComputed() {
        refuseUnless("expert_count", 0);
        refuseUnless("logit_scale", 1);
        refuseUnless("embedding_scale", 1);
        refuseUnless("residual_scale", 1);
        refuseUnless("attention.clamp_kqv", 0);
        refuseUnless("attention.max_alibi_bias", 0);
        refuseUnless("attn_logit_softcapping", 0);
        refuseUnless("final_logit_softcapping", 0);
        if (!metadata().findBoolean(full("attention.causal")).orElse(true)) {
            throw unsupported("attention.causal", false, "attention to later tokens is");
        }
    }

    private void refuseUnless(String key, float neutral) {
        metadata().findFloat(full(key)).filter(value -> value != neutral).ifPresent(value -> {
            throw unsupported(key, value, "it is");
        });
    }

    @Override
    public String nameOf(Parameter parameter) {
        return full(parameter.ggufKey());
    }

    @Override
    public JavelinException corrupt(Parameter parameter, Object value, String why) {
        return metadata().corrupt(nameOf(parameter), value, why);
    }

    @Override
    public JavelinException missing(Parameter parameter) {
        return metadata().missing(nameOf(parameter));
    }

    @Override
    public JavelinException unsupported(Parameter parameter, Object value, String what) {
        return unsupported(parameter.ggufKey(), value, what);
    }

    private JavelinException unsupported(String key, Object value, String what) {
        return new JavelinException(
                ErrorCode.MODEL_UNSUPPORTED,
                metadata().source() + ": metadata key " + full(key) + " is " + value + ": " + what
                        + " not supported by this build");
    }
}
