package dev.javelin.cuda.runner;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.kernel.EmbeddingKernel;
import dev.javelin.cuda.kernel.NormKernel;
import dev.javelin.cuda.kernel.NormParameters;
import dev.javelin.cuda.kernel.StepPrepareKernel;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import java.util.List;

/**
 * Enqueues a forward pass: from a step's packed input to logits of the rows that sample. Confined to the engine thread.
 *
 * <p>Every launch depends on the {@link StepShape} alone and names fixed addresses, so that the same code is run at
 * once for mixed steps and recorded into graphs for decodes.
 */
final class ForwardPass {
    private final ModelSpec spec;
    private final WeightLayout.Placed weights;
    private final Workspace space;
    private final StepArrays arrays;
    private final List<LayerAttention> attentions;
    private final Kernels kernels;

    /**
     * Kernels that all layers share.
     *
     * @param prepare unpacks the input
     * @param embedding looks up rows of the embedding
     * @param norm the norm before the head, over rows that want logits
     * @param products matrix products
     */
    record Kernels(StepPrepareKernel prepare, EmbeddingKernel embedding, NormKernel norm, Products products) {}

    ForwardPass(
            ModelSpec spec,
            WeightLayout.Placed weights,
            Workspace space,
            StepArrays arrays,
            List<LayerAttention> attentions,
            Kernels kernels) {
        this.spec = spec;
        this.weights = weights;
        this.space = space;
        this.arrays = arrays;
        this.attentions = List.copyOf(attentions);
        this.kernels = kernels;
    }

    /** Runs, or records, a whole step. */
    void run(CudaStream stream, StepShape shape) {
        kernels.prepare().launch(stream, arrays.all(), shape.rows(), shape.tokens(), shape.sampleCount());
        if (shape.tokens() == 0) {
            return;
        }
        kernels.embedding().embed(stream, arrays.tokenIds(), weights.embedding(), space.residual(), shape.tokens(), 1);
        for (int i = 0; i < spec.layers().size(); i++) {
            layer(stream, shape, i);
        }
        if (shape.sampleCount() > 0) {
            logits(stream, arrays.sampleTokenIndexes(), shape.sampleCount(), space.logits());
        }
    }

    private void layer(CudaStream stream, StepShape shape, int index) {
        LayerSpec layer = spec.layers().get(index);
        WeightLayout.Layer weight = weights.layers().get(index);
        LayerAttention attention = attentions.get(index);
        Products products = kernels.products();
        int tokens = shape.tokens();
        products.normed(
                stream,
                new Products.Input(
                        space.residual(),
                        NormParameters.rms(
                                weight.attentionNorm(), layer.attentionNorm().epsilon()),
                        tokens),
                new Products.Matrix(weight.qkv(), attention.qkvWidth(), spec.hiddenSize()),
                space.qkv());
        attention.run(stream, shape, space.qkv(), space.attended());
        products.addTo(
                stream,
                space.attended(),
                tokens,
                new Products.Matrix(weight.attentionOutput(), spec.hiddenSize(), attention.attendedWidth()),
                space.residual());
        int intermediate = layer.mlp().intermediateSize();
        products.gated(
                stream,
                new Products.Input(
                        space.residual(),
                        NormParameters.rms(weight.mlpNorm(), layer.mlpNorm().epsilon()),
                        tokens),
                new Products.Matrix(weight.gateUp(), 2 * intermediate, spec.hiddenSize()),
                space.activated());
        products.addTo(
                stream,
                space.activated(),
                tokens,
                new Products.Matrix(weight.down(), spec.hiddenSize(), intermediate),
                space.residual());
    }

    /**
     * Logits of some of the step's positions, while its residual stream stands.
     *
     * @param stream where it is enqueued
     * @param tokenIndexes int32, indexes of tokens in the step
     * @param count how many, at most what {@link Workspace#headInput} holds
     * @param logits f32 [count, vocabulary]
     */
    void logits(CudaStream stream, DeviceBuffer tokenIndexes, int count, DeviceBuffer logits) {
        NormParameters norm =
                NormParameters.rms(weights.outputNorm(), spec.outputNorm().epsilon());
        kernels.norm().normRows(stream, space.residual(), tokenIndexes, norm, space.headInput(), count);
        kernels.products()
                .logits(
                        stream,
                        space.headInput(),
                        count,
                        new Products.Matrix(weights.head(), spec.vocabularyTokens(), spec.hiddenSize()),
                        logits);
    }
}
