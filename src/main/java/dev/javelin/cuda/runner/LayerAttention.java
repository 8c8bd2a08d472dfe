package dev.javelin.cuda.runner;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.kernel.AttentionShape;
import dev.javelin.cuda.kernel.DecodeAttentionKernel;
import dev.javelin.cuda.kernel.HeadWeights;
import dev.javelin.cuda.kernel.PagedCache;
import dev.javelin.cuda.kernel.PrefillAttentionKernel;
import dev.javelin.cuda.kernel.RotaryCacheKernel;
import dev.javelin.cuda.kernel.StepTokens;
import dev.javelin.cuda.memory.DeviceBuffer;
import java.util.List;

/**
 * Attention of one layer: rotation and cache write, then rows of one token and rows of several, each by its kernel.
 * Confined to the engine thread.
 *
 * @param kernels shared by layers of the same shape
 * @param weights this layer's biases and head norms
 * @param cache this layer's keys and values
 * @param step where the step's rows and tokens are
 */
record LayerAttention(Kernels kernels, HeadWeights weights, PagedCache cache, Step step) {
    /**
     * Compiled for one shape.
     *
     * @param shape what they compute
     * @param rotary rotates and writes the cache
     * @param prefill rows of several tokens
     * @param decode rows of one token
     * @param workspace partial results of {@code decode}
     */
    record Kernels(
            AttentionShape shape,
            RotaryCacheKernel rotary,
            PrefillAttentionKernel prefill,
            DecodeAttentionKernel decode,
            DeviceBuffer workspace) {}

    /**
     * Where the step's arrays are.
     *
     * @param arrays rows and tokens
     * @param tileLists rows of several tokens, cut for each length of tiles that a kernel wants
     */
    record Step(StepArrays arrays, List<QueryTiles> tileLists) {
        QueryTiles tiles(int tileTokens) {
            for (QueryTiles tiles : tileLists) {
                if (tiles.tileTokens() == tileTokens) {
                    return tiles;
                }
            }
            throw new IllegalArgumentException("no tiles of " + tileTokens + " tokens are cut");
        }
    }

    /** Elements of a token's queries, keys and values. */
    int qkvWidth() {
        return kernels.shape().qkvElements();
    }

    /** Elements of a token's attention output. */
    int attendedWidth() {
        return kernels.shape().attendedElements();
    }

    /**
     * Enqueues.
     *
     * @param stream where
     * @param shape the step
     * @param qkv E [T, qkvWidth], rotated in place
     * @param attended E [T, attendedWidth]
     */
    void run(CudaStream stream, StepShape shape, DeviceBuffer qkv, DeviceBuffer attended) {
        StepArrays arrays = step.arrays();
        kernels.rotary()
                .launch(
                        stream,
                        qkv,
                        new StepTokens(arrays.tokenSlots(), arrays.tokenPositions(), shape.tokens()),
                        weights,
                        cache);
        if (shape.singleRows() > 0) {
            kernels.decode()
                    .launch(stream, qkv, cache, arrays.spans(shape.singleRows()), kernels.workspace(), attended);
        }
        if (shape.rows() > shape.singleRows()) {
            QueryTiles tiles = step.tiles(kernels.prefill().tileTokens());
            kernels.prefill()
                    .launch(stream, qkv, cache, arrays.spans(shape.rows()), tiles.list(), tiles.count(), attended);
        }
    }
}
