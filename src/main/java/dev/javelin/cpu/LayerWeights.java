package dev.javelin.cpu;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.WeightRole;
import java.util.List;

/**
 * One layer's weights and where its products go. Immutable.
 *
 * @param spec the layer
 * @param attention its attention
 * @param attentionNorm address of the norm's floats
 * @param mlpNorm the same
 * @param queryBias address of the bias's floats, or 0 where there is none
 * @param keyBias the same
 * @param valueBias the same
 * @param queryNorm address of the head norm's floats, or 0 where there is none
 * @param keyNorm the same
 * @param queryKeyValue the three projections of attention's input
 * @param attentionOutput the projection of attention's output
 * @param gateUp the projections of the MLP's input
 * @param down the projection of the gated product
 * @param rotary the layer's rotary embedding
 */
record LayerWeights(
        LayerSpec spec,
        Attention.Layer attention,
        long attentionNorm,
        long mlpNorm,
        long queryBias,
        long keyBias,
        long valueBias,
        long queryNorm,
        long keyNorm,
        Projection queryKeyValue,
        Projection attentionOutput,
        Projection gateUp,
        Projection down,
        RotaryTable rotary) {
    /** Finds and checks a layer's weights. */
    static LayerWeights of(
            int index, Attention.Layer attentionLayer, WeightSource source, Workspace space, RotaryTable rotary) {
        LayerSpec layer = source.spec().layers().get(index);
        AttentionSpec attention = layer.attention();
        int hidden = source.spec().hiddenSize();
        int queryRows = attention.headCount() * attention.headDim();
        int kvRows = attention.kvHeadCount() * attention.headDim();
        int intermediate = layer.mlp().intermediateSize();
        boolean bias = attention.projectionBias();
        boolean headNorm = attention.headNorm() != null;
        Projection queryKeyValue = new Projection(
                List.of(
                        source.matrix(WeightRole.QUERY, index, queryRows, hidden),
                        source.matrix(WeightRole.KEY, index, kvRows, hidden),
                        source.matrix(WeightRole.VALUE, index, kvRows, hidden)),
                new long[] {space.query(), space.key(), space.value()},
                new int[] {space.queryStride(), space.kvStride(), space.kvStride()});
        Projection gateUp = new Projection(
                List.of(
                        source.matrix(WeightRole.GATE, index, intermediate, hidden),
                        source.matrix(WeightRole.UP, index, intermediate, hidden)),
                new long[] {space.gate(), space.up()},
                new int[] {space.intermediateStride(), space.intermediateStride()});
        return new LayerWeights(
                layer,
                attentionLayer,
                source.vector(WeightRole.ATTENTION_NORM, index, hidden),
                source.vector(WeightRole.MLP_NORM, index, hidden),
                bias ? source.vector(WeightRole.QUERY_BIAS, index, queryRows) : 0,
                bias ? source.vector(WeightRole.KEY_BIAS, index, kvRows) : 0,
                bias ? source.vector(WeightRole.VALUE_BIAS, index, kvRows) : 0,
                headNorm ? source.vector(WeightRole.QUERY_NORM, index, attention.headDim()) : 0,
                headNorm ? source.vector(WeightRole.KEY_NORM, index, attention.headDim()) : 0,
                queryKeyValue,
                Projection.of(
                        source.matrix(WeightRole.ATTENTION_OUTPUT, index, hidden, queryRows),
                        space.change(),
                        space.hiddenStride()),
                gateUp,
                Projection.of(
                        source.matrix(WeightRole.DOWN, index, hidden, intermediate),
                        space.change(),
                        space.hiddenStride()),
                rotary);
    }
}
