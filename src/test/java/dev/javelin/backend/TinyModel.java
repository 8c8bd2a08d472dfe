package dev.javelin.backend;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.MlpSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotaryScaling;
import dev.javelin.model.RotarySpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Random models of a few thousand weights, whose logits are spread enough that greedy choices are clear. Immutable.
 *
 * @param heads query heads
 * @param kvHeads key and value heads
 * @param headDim elements of a head
 * @param layout of the rotary embedding
 * @param scaling of the rotary embedding
 * @param bias whether projections have biases
 * @param headNorm whether heads are normalised
 * @param windowTokens the window of every layer, or null
 * @param tied whether the embedding serves as head
 * @param format of the matrices
 * @param badTokenId a token whose embedding is NaN, or -1
 */
public record TinyModel(
        int heads,
        int kvHeads,
        int headDim,
        RotaryLayout layout,
        RotaryScaling scaling,
        boolean bias,
        boolean headNorm,
        @Nullable Integer windowTokens,
        boolean tied,
        WeightFormat format,
        int badTokenId) {
    /** Vocabulary of every tiny model: no multiple of a vector. */
    public static final int VOCABULARY_TOKENS = 203;
    /** Context of every tiny model. */
    public static final int CONTEXT_TOKENS = 512;

    private static final int HIDDEN = 64;
    private static final int INTERMEDIATE = 96;
    private static final int LAYERS = 2;
    private static final NormSpec NORM = new NormSpec(NormSpec.Kind.RMS, 1e-5f);

    /** A small llama. */
    public static final TinyModel PLAIN = new TinyModel(
            6,
            2,
            16,
            RotaryLayout.INTERLEAVED,
            new RotaryScaling.None(),
            false,
            false,
            null,
            true,
            WeightFormat.F32,
            -1);

    /** The same with other formats. */
    public TinyModel withFormat(WeightFormat newFormat) {
        return new TinyModel(
                heads, kvHeads, headDim, layout, scaling, bias, headNorm, windowTokens, tied, newFormat, badTokenId);
    }

    /** The same with a token that spoils its row. */
    public TinyModel withBadToken(int tokenId) {
        return new TinyModel(
                heads, kvHeads, headDim, layout, scaling, bias, headNorm, windowTokens, tied, format, tokenId);
    }

    /** The same with a sliding window. */
    public TinyModel withWindow(int tokens) {
        return new TinyModel(
                heads, kvHeads, headDim, layout, scaling, bias, headNorm, tokens, tied, format, badTokenId);
    }

    /** What the model computes. */
    public ModelSpec spec() {
        AttentionSpec attention = new AttentionSpec(
                heads,
                kvHeads,
                headDim,
                (float) (1 / Math.sqrt(headDim)),
                bias,
                headNorm ? NORM : null,
                new RotarySpec(layout, headDim, 10_000, scaling),
                windowTokens);
        LayerSpec layer = new LayerSpec(NORM, attention, NORM, new MlpSpec(INTERMEDIATE, MlpSpec.Activation.SILU), 0);
        return new ModelSpec(
                "tiny",
                "tiny",
                VOCABULARY_TOKENS,
                HIDDEN,
                CONTEXT_TOKENS,
                java.util.Collections.nCopies(LAYERS, layer),
                NORM,
                tied,
                java.util.List.of(new CacheGroup(
                        0, IntStream.range(0, LAYERS).boxed().toList(), kvHeads, headDim, windowTokens)));
    }

    /** The model with weights that a seed gives. */
    public LoadedModel load(long seed) {
        Map<WeightKey, Weight> weights = new LinkedHashMap<>();
        Random random = new Random(seed);
        float[] embedding = normal(random, VOCABULARY_TOKENS * HIDDEN, 1f, 0f);
        if (badTokenId >= 0) {
            embedding[badTokenId * HIDDEN + 5] = Float.NaN;
        }
        put(weights, WeightKey.of(WeightRole.TOKEN_EMBEDDING), embedding, HIDDEN, format);
        for (int i = 0; i < LAYERS; i++) {
            layer(weights, i, random);
        }
        put(
                weights,
                WeightKey.of(WeightRole.OUTPUT_NORM),
                normal(random, HIDDEN, 0.1f, 0.5f),
                HIDDEN,
                WeightFormat.F32);
        if (!tied) {
            matrix(weights, WeightKey.of(WeightRole.LM_HEAD), random, VOCABULARY_TOKENS, HIDDEN, 4);
        }
        return new LoadedModel(spec(), new MapWeights(weights));
    }

    private void layer(Map<WeightKey, Weight> weights, int layer, Random random) {
        vector(weights, WeightKey.of(WeightRole.ATTENTION_NORM, layer), random, HIDDEN, 1f);
        matrix(weights, WeightKey.of(WeightRole.QUERY, layer), random, heads * headDim, HIDDEN, 1.5);
        matrix(weights, WeightKey.of(WeightRole.KEY, layer), random, kvHeads * headDim, HIDDEN, 1.5);
        matrix(weights, WeightKey.of(WeightRole.VALUE, layer), random, kvHeads * headDim, HIDDEN, 1);
        if (bias) {
            vector(weights, WeightKey.of(WeightRole.QUERY_BIAS, layer), random, heads * headDim, 0f);
            vector(weights, WeightKey.of(WeightRole.KEY_BIAS, layer), random, kvHeads * headDim, 0f);
            vector(weights, WeightKey.of(WeightRole.VALUE_BIAS, layer), random, kvHeads * headDim, 0f);
        }
        if (headNorm) {
            vector(weights, WeightKey.of(WeightRole.QUERY_NORM, layer), random, headDim, 1f);
            vector(weights, WeightKey.of(WeightRole.KEY_NORM, layer), random, headDim, 1f);
        }
        matrix(weights, WeightKey.of(WeightRole.ATTENTION_OUTPUT, layer), random, HIDDEN, heads * headDim, 1.5);
        vector(weights, WeightKey.of(WeightRole.MLP_NORM, layer), random, HIDDEN, 1f);
        matrix(weights, WeightKey.of(WeightRole.GATE, layer), random, INTERMEDIATE, HIDDEN, 1.5);
        matrix(weights, WeightKey.of(WeightRole.UP, layer), random, INTERMEDIATE, HIDDEN, 1.5);
        matrix(weights, WeightKey.of(WeightRole.DOWN, layer), random, HIDDEN, INTERMEDIATE, 1.5);
    }

    private void matrix(
            Map<WeightKey, Weight> weights, WeightKey key, Random random, int rows, int columns, double gain) {
        float deviation = (float) (gain / Math.sqrt(columns));
        put(weights, key, normal(random, rows * columns, deviation, 0f), columns, format);
    }

    private static void vector(Map<WeightKey, Weight> weights, WeightKey key, Random random, int columns, float mean) {
        put(weights, key, normal(random, columns, 0.2f, mean), columns, WeightFormat.F32);
    }

    private static float[] normal(Random random, int count, float deviation, float mean) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() * deviation + mean;
        }
        return values;
    }

    private static void put(
            Map<WeightKey, Weight> weights, WeightKey key, float[] values, int columns, WeightFormat format) {
        weights.put(
                key,
                new Weight(key, values.length / columns, columns, format, PackedNumbers.pack(values, columns, format)));
    }

    /** Weights in a map; the garbage collector frees them. */
    private record MapWeights(Map<WeightKey, Weight> weights) implements ModelWeights {
        @Override
        public Optional<Weight> tryWeight(WeightKey key) {
            return Optional.ofNullable(weights.get(key));
        }

        @Override
        public Collection<Weight> all() {
            return weights.values();
        }

        @Override
        public void close() {}
    }
}
