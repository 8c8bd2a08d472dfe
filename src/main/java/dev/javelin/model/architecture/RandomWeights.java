package dev.javelin.model.architecture;

import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightContent;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import dev.javelin.model.architecture.WeightShapes.Shape;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Weights of a spec's shapes whose numbers nobody trained: they cost and compute what real ones do, and say nothing.
 * Immutable, holds no memory; every start gives the same numbers.
 */
public final class RandomWeights implements ModelWeights {
    /** What transformers initialises with ({@code initializer_range}): logits then have a deviation of about one. */
    private static final float DEVIATION = 0.02f;

    private final Map<WeightKey, Weight> weights;

    private RandomWeights(Map<WeightKey, Weight> weights) {
        this.weights = Collections.unmodifiableMap(weights);
    }

    /**
     * A model with random weights.
     *
     * @param spec what it computes
     * @param format F32, F16 or BF16, for all weights
     */
    public static LoadedModel model(ModelSpec spec, WeightFormat format) {
        Map<WeightKey, Weight> weights = new LinkedHashMap<>();
        WeightShapes.of(spec).forEach((key, shape) -> weights.put(key, weight(key, shape, format, weights.size())));
        return new LoadedModel(spec, new RandomWeights(weights));
    }

    private static Weight weight(WeightKey key, Shape shape, WeightFormat format, long seed) {
        boolean norm = isNorm(key.role());
        return new Weight(
                key,
                shape.rows(),
                shape.columns(),
                format,
                new WeightContent.Random(seed, norm ? 1 : 0, norm ? 0 : DEVIATION));
    }

    private static boolean isNorm(WeightRole role) {
        return switch (role) {
            case OUTPUT_NORM, ATTENTION_NORM, MLP_NORM, QUERY_NORM, KEY_NORM -> true;
            case TOKEN_EMBEDDING,
                    LM_HEAD,
                    QUERY,
                    KEY,
                    VALUE,
                    QUERY_BIAS,
                    KEY_BIAS,
                    VALUE_BIAS,
                    ATTENTION_OUTPUT,
                    GATE,
                    UP,
                    DOWN -> false;
        };
    }

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
