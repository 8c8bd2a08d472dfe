package dev.javelin.cpu;

import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;

/**
 * The activations of one step: addresses of [tokens][stride] floats. Immutable; the memory belongs to the
 * {@link RawMemory} it came from.
 *
 * @param hiddenStride floats from token to token of {@code residual}, {@code normed} and {@code change}
 * @param queryStride the same of {@code query} and {@code attended}
 * @param kvStride the same of {@code key} and {@code value}
 * @param intermediateStride the same of {@code gate} and {@code up}
 * @param residual the stream that layers add to
 * @param normed input of the next products
 * @param change what a layer's half adds to the residual
 * @param query query heads
 * @param attended attention's output
 * @param key key heads
 * @param value value heads
 * @param gate the gate, then the gated product
 * @param up what the gate multiplies
 * @param tiles the input of the next products in {@link TokenTiles}
 */
record Workspace(
        int hiddenStride,
        int queryStride,
        int kvStride,
        int intermediateStride,
        long residual,
        long normed,
        long change,
        long query,
        long attended,
        long key,
        long value,
        long gate,
        long up,
        long tiles) {
    /** Allocates what the widest layer needs for so many tokens. */
    static Workspace allocate(ModelSpec spec, int mostTokens, RawMemory memory) {
        int hidden = Lanes.padded(spec.hiddenSize());
        int query = 0;
        int kv = 0;
        int intermediate = 0;
        for (LayerSpec layer : spec.layers()) {
            query = Math.max(
                    query, layer.attention().headCount() * layer.attention().headDim());
            kv = Math.max(
                    kv, layer.attention().kvHeadCount() * layer.attention().headDim());
            intermediate = Math.max(intermediate, layer.mlp().intermediateSize());
        }
        query = Lanes.padded(query);
        kv = Lanes.padded(kv);
        intermediate = Lanes.padded(intermediate);
        int tileTokens = Math.ceilDiv(mostTokens, TokenTiles.MOST_TILE_TOKENS) * TokenTiles.MOST_TILE_TOKENS;
        long tileColumns = Math.max(hidden, Math.max(query, intermediate));
        return new Workspace(
                hidden,
                query,
                kv,
                intermediate,
                memory.allocateFloats((long) mostTokens * hidden),
                memory.allocateFloats((long) mostTokens * hidden),
                memory.allocateFloats((long) mostTokens * hidden),
                memory.allocateFloats((long) mostTokens * query),
                memory.allocateFloats((long) mostTokens * query),
                memory.allocateFloats((long) mostTokens * kv),
                memory.allocateFloats((long) mostTokens * kv),
                memory.allocateFloats((long) mostTokens * intermediate),
                memory.allocateFloats((long) mostTokens * intermediate),
                memory.allocateFloats(tileTokens * tileColumns));
    }

    /** The address of a token's row. */
    static long row(long base, int token, int stride) {
        return base + (long) token * stride * Float.BYTES;
    }
}
