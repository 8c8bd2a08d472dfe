package dev.javelin.cpu;

import dev.javelin.model.NormSpec;

/**
 * The output norm and the language model's head, for the positions that want logits. Confined to the engine thread.
 *
 * <p>Logits of rows that sample stay until the step's end, one row each; those that are only scored are made a few at a
 * time, so that scoring a long prompt needs no memory for all of its logits.
 */
final class OutputHead {
    /** Positions scored at a time. */
    static final int SCORED_AT_ONCE = 16;

    private final MatrixProducts products;
    private final Workspace space;
    private final long norm;
    private final NormSpec normSpec;
    private final int hiddenSize;
    private final int logitStride;
    private final Projection sampled;
    private final Projection scored;

    OutputHead(MatrixProducts products, Workspace space, WeightSource source, Matrix head, int mostRows) {
        this.products = products;
        this.space = space;
        normSpec = source.spec().outputNorm();
        hiddenSize = source.spec().hiddenSize();
        norm = source.vector(
                dev.javelin.model.WeightRole.OUTPUT_NORM, dev.javelin.model.WeightKey.NO_LAYER, hiddenSize);
        logitStride = Lanes.padded(head.rows());
        RawMemory memory = source.memory();
        sampled = Projection.of(head, memory.allocateFloats((long) mostRows * logitStride), logitStride);
        scored = Projection.of(head, memory.allocateFloats((long) SCORED_AT_ONCE * logitStride), logitStride);
    }

    /** Computes logits of tokens that sample; the i-th of them becomes row i. */
    void sample(int[] tokens, int count) {
        run(sampled, tokens, 0, count);
    }

    /** Computes logits of up to {@link #SCORED_AT_ONCE} tokens, from the first-th on. */
    void score(int[] tokens, int first, int count) {
        run(scored, tokens, first, count);
    }

    long sampledLogits(int index) {
        return Workspace.row(sampled.outputs()[0], index, logitStride);
    }

    long scoredLogits(int index) {
        return Workspace.row(scored.outputs()[0], index, logitStride);
    }

    private void run(Projection projection, int[] tokens, int first, int count) {
        if (count == 0) {
            return;
        }
        boolean tiled = MatrixProducts.usesTiles(count);
        for (int i = 0; i < count; i++) {
            long normed = Workspace.row(space.normed(), i, space.hiddenStride());
            long residual = Workspace.row(space.residual(), tokens[first + i], space.hiddenStride());
            TokenMath.rmsNorm(residual, norm, normSpec.epsilon(), hiddenSize, normed);
            if (tiled) {
                TokenTiles.put(normed, space.hiddenStride(), i, TokenTiles.tileTokens(count), space.tiles());
            }
        }
        products.multiply(projection, tiled ? space.tiles() : space.normed(), space.hiddenStride(), count);
    }
}
