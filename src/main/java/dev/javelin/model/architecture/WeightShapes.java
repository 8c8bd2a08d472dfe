package dev.javelin.model.architecture;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Which weights a spec needs, and of which shape. Stateless, any thread. */
public final class WeightShapes {
    private WeightShapes() {}

    /**
     * The logical shape of a weight.
     *
     * @param rows output elements; 1 for a vector
     * @param columns input elements
     */
    public record Shape(long rows, long columns) {
        @Override
        public String toString() {
            return rows == 1 ? "[" + columns + "]" : "[" + rows + ", " + columns + "]";
        }
    }

    /** Every weight of the spec, no more and no less, embedding first and head last. */
    public static Map<WeightKey, Shape> of(ModelSpec spec) {
        Map<WeightKey, Shape> shapes = new LinkedHashMap<>();
        Shape vocabulary = new Shape(spec.vocabularyTokens(), spec.hiddenSize());
        shapes.put(WeightKey.of(WeightRole.TOKEN_EMBEDDING), vocabulary);
        for (int i = 0; i < spec.layers().size(); i++) {
            int layerIndex = i;
            ofLayer(spec.layers().get(i), spec.hiddenSize())
                    .forEach((role, shape) -> shapes.put(WeightKey.of(role, layerIndex), shape));
        }
        shapes.put(WeightKey.of(WeightRole.OUTPUT_NORM), new Shape(1, spec.hiddenSize()));
        if (!spec.tiedHead()) {
            shapes.put(WeightKey.of(WeightRole.LM_HEAD), vocabulary);
        }
        return Collections.unmodifiableMap(shapes);
    }

    private static Map<WeightRole, Shape> ofLayer(LayerSpec layer, long hiddenSize) {
        AttentionSpec attention = layer.attention();
        long queryRows = (long) attention.headCount() * attention.headDim();
        long kvRows = (long) attention.kvHeadCount() * attention.headDim();
        long intermediate = layer.mlp().intermediateSize();
        Map<WeightRole, Shape> shapes = new LinkedHashMap<>();
        shapes.put(WeightRole.ATTENTION_NORM, new Shape(1, hiddenSize));
        shapes.put(WeightRole.QUERY, new Shape(queryRows, hiddenSize));
        shapes.put(WeightRole.KEY, new Shape(kvRows, hiddenSize));
        shapes.put(WeightRole.VALUE, new Shape(kvRows, hiddenSize));
        if (attention.projectionBias()) {
            shapes.put(WeightRole.QUERY_BIAS, new Shape(1, queryRows));
            shapes.put(WeightRole.KEY_BIAS, new Shape(1, kvRows));
            shapes.put(WeightRole.VALUE_BIAS, new Shape(1, kvRows));
        }
        if (attention.headNorm() != null) {
            shapes.put(WeightRole.QUERY_NORM, new Shape(1, attention.headDim()));
            shapes.put(WeightRole.KEY_NORM, new Shape(1, attention.headDim()));
        }
        shapes.put(WeightRole.ATTENTION_OUTPUT, new Shape(hiddenSize, queryRows));
        shapes.put(WeightRole.MLP_NORM, new Shape(1, hiddenSize));
        shapes.put(WeightRole.GATE, new Shape(intermediate, hiddenSize));
        shapes.put(WeightRole.UP, new Shape(intermediate, hiddenSize));
        shapes.put(WeightRole.DOWN, new Shape(hiddenSize, intermediate));
        return shapes;
    }
}
