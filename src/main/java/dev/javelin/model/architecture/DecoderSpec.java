package dev.javelin.model.architecture;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.MlpSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotarySpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The llama family: pre-norm decoders with RMS norms, rotary grouped-query attention and a gated SiLU MLP (Touvron et
 * al. 2023). From what a file says to a spec; confined to the calling thread.
 *
 * <p>Layers with the same window share a cache group; groups are numbered in the order of their first layer.
 */
final class DecoderSpec {
    /** A thousand times the largest models: beyond it sizes lie, and sums of their products would overflow. */
    private static final double MOST_PARAMETERS = 0x1p50;

    private final Parameters parameters;
    private final int hiddenSize;
    private final int headCount;
    private final NormSpec norm;

    private DecoderSpec(Parameters parameters) {
        this.parameters = parameters;
        this.hiddenSize = parameters.requireSize(Parameter.HIDDEN_SIZE);
        this.headCount = parameters.requireSize(Parameter.HEAD_COUNT);
        this.norm = new NormSpec(NormSpec.Kind.RMS, parameters.requirePositive(Parameter.NORM_EPSILON));
    }

    /**
     * The spec that the parameters make together.
     *
     * @throws dev.javelin.error.JavelinException {@code MODEL_CORRUPT} naming a parameter that is missing or
     *     impossible, {@code MODEL_UNSUPPORTED} naming what this build cannot compute
     */
    static ModelSpec of(Parameters parameters) {
        return new DecoderSpec(parameters).build();
    }

    private ModelSpec build() {
        int layerCount = layerCount();
        AttentionSpec attention = attention();
        MlpSpec mlp = new MlpSpec(parameters.requireSize(Parameter.INTERMEDIATE_SIZE), MlpSpec.Activation.SILU);
        Map<@Nullable Integer, Group> groups = new LinkedHashMap<>();
        List<LayerSpec> layers = new ArrayList<>(layerCount);
        for (int i = 0; i < layerCount; i++) {
            Integer window = parameters.windowTokens(i);
            Group group = groups.get(window);
            if (group == null) {
                group = new Group(
                        new LayerSpec(norm, withWindow(attention, window), norm, mlp, groups.size()),
                        new ArrayList<>());
                groups.put(window, group);
            }
            group.layerIndexes().add(i);
            layers.add(group.layer());
        }
        ModelSpec spec = new ModelSpec(
                parameters.architecture(),
                parameters.modelName(),
                parameters.vocabularyTokens(),
                hiddenSize,
                parameters.requireSize(Parameter.CONTEXT_TOKENS),
                layers,
                norm,
                parameters.tiedHead(),
                groups.values().stream().map(Group::cache).toList());
        refuseImpossible(spec);
        return spec;
    }

    /** Layers that are alike. */
    private record Group(LayerSpec layer, List<Integer> layerIndexes) {
        CacheGroup cache() {
            AttentionSpec attention = layer.attention();
            return new CacheGroup(
                    layer.cacheGroupId(),
                    List.copyOf(layerIndexes),
                    attention.kvHeadCount(),
                    attention.headDim(),
                    attention.windowTokens());
        }
    }

    private AttentionSpec attention() {
        int kvHeadCount = parameters.findSize(Parameter.KV_HEAD_COUNT).orElse(headCount);
        if (headCount % kvHeadCount != 0) {
            throw parameters.corrupt(
                    Parameter.KV_HEAD_COUNT, kvHeadCount, "it must divide the " + headCount + " heads");
        }
        int headDim = headDim();
        double scale = parameters.findPositive(Parameter.ATTENTION_SCALE).orElse(1 / Math.sqrt(headDim));
        return new AttentionSpec(
                headCount,
                kvHeadCount,
                headDim,
                (float) scale,
                parameters.projectionBias(),
                parameters.headNorm() ? norm : null,
                rotary(headDim),
                null);
    }

    private static AttentionSpec withWindow(AttentionSpec attention, @Nullable Integer windowTokens) {
        return new AttentionSpec(
                attention.headCount(),
                attention.kvHeadCount(),
                attention.headDim(),
                attention.scale(),
                attention.projectionBias(),
                attention.headNorm(),
                attention.rotary(),
                windowTokens);
    }

    private int headDim() {
        if (parameters.findSize(Parameter.HEAD_DIM).isEmpty() && hiddenSize % headCount != 0) {
            throw parameters.corrupt(
                    Parameter.HEAD_COUNT,
                    headCount,
                    "it must divide " + parameters.nameOf(Parameter.HIDDEN_SIZE) + " " + hiddenSize
                            + ", as there is no " + parameters.nameOf(Parameter.HEAD_DIM));
        }
        int headDim = parameters.findSize(Parameter.HEAD_DIM).orElse(Math.max(1, hiddenSize / headCount));
        int valueDim = parameters.findSize(Parameter.VALUE_DIM).orElse(headDim);
        if (valueDim != headDim) {
            throw parameters.unsupported(
                    Parameter.VALUE_DIM,
                    valueDim,
                    "another length than " + parameters.nameOf(Parameter.HEAD_DIM) + " " + headDim + " is");
        }
        return headDim;
    }

    private RotarySpec rotary(int headDim) {
        int rotatedDims = parameters.findSize(Parameter.ROTATED_DIMS).orElse(headDim);
        if (rotatedDims > headDim || rotatedDims % 2 != 0) {
            throw parameters.corrupt(
                    Parameter.ROTATED_DIMS, rotatedDims, "it must be even and at most the head's " + headDim);
        }
        return parameters.rotary(rotatedDims);
    }

    private int layerCount() {
        int layerCount = parameters.requireSize(Parameter.LAYER_COUNT);
        if (layerCount > parameters.mostLayers()) {
            throw parameters.corrupt(
                    Parameter.LAYER_COUNT, layerCount, "there can be at most " + parameters.mostLayers());
        }
        return layerCount;
    }

    private void refuseImpossible(ModelSpec spec) {
        double parameterCount = WeightShapes.of(spec).values().stream()
                .mapToDouble(shape -> (double) shape.rows() * shape.columns())
                .sum();
        if (parameterCount > MOST_PARAMETERS) {
            throw parameters.corrupt(
                    Parameter.HIDDEN_SIZE, hiddenSize, "the model would have " + parameterCount + " parameters");
        }
    }
}
