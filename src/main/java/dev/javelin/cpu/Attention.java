package dev.javelin.cpu;

import dev.javelin.model.AttentionSpec;

/**
 * Attention of a step's tokens over their sequences' cached keys and values, on all threads. Confined to the engine
 * thread.
 *
 * <p>A task is one key head of one tile: up to {@link Batch#TILE_TOKENS} tokens of a row times the query heads that
 * read the key head. It passes over the row's blocks once, with a running maximum and sum for each query (online
 * softmax, Milakov and Gimelshein 2018). Only positions below a row's length are read as values, so that what an
 * earlier owner left in a block, NaN included, never shows.
 */
final class Attention {
    /** Multiply-adds below which one thread is faster than waking another. */
    private static final long LEAST_SHARED_WORK = 150_000;

    private final WorkerPool pool;
    private final Batch batch;
    private final Scratch[] scratches;
    private final WorkerPool.Loop loop = this::task;

    private Layer layer;
    private KvCache cache;
    private long queries;
    private long queryBytes;
    private long output;
    private long outputBytes;

    /** One layer's part of the cache and shape. */
    record Layer(AttentionSpec spec, int cacheGroupId, int layerInGroup) {
        int groupHeads() {
            return spec.headCount() / spec.kvHeadCount();
        }
    }

    /** One worker's memory: query vectors, scores, sums, running maxima. */
    private static final class Scratch {
        private final long queries;
        private final long scores;
        private final long sums;
        private final long blocks;
        private final float[] most;
        private final float[] total;

        Scratch(RawMemory memory, int vectors, int headDim, int blockTokens) {
            int padded = Lanes.padded(headDim);
            queries = memory.allocateFloats((long) vectors * headDim);
            scores = memory.allocateFloats((long) vectors * blockTokens);
            sums = memory.allocateFloats((long) vectors * padded);
            blocks = memory.allocateFloats((long) (headDim + padded) * blockTokens);
            most = new float[vectors];
            total = new float[vectors];
        }
    }

    /** Takes scratch memory that suits every layer. */
    Attention(WorkerPool pool, Batch batch, RawMemory memory, Iterable<Layer> layers, KvCache anyCache) {
        this.pool = pool;
        this.batch = batch;
        cache = anyCache;
        int heads = 0;
        int headDim = 0;
        layer = layers.iterator().next();
        for (Layer each : layers) {
            heads = Math.max(heads, each.groupHeads());
            headDim = Math.max(headDim, each.spec().headDim());
        }
        int vectors = Math.ceilDiv(heads * Batch.TILE_TOKENS, AttentionKernel.VECTORS) * AttentionKernel.VECTORS;
        scratches = new Scratch[pool.threadCount()];
        for (int i = 0; i < scratches.length; i++) {
            scratches[i] = new Scratch(memory, vectors, headDim, anyCache.blockTokens());
        }
    }

    /** Where queries are read and outputs written: rows of heads, so many bytes apart. */
    void bind(long queryAddress, long queryRowBytes, long outputAddress, long outputRowBytes) {
        queries = queryAddress;
        queryBytes = queryRowBytes;
        output = outputAddress;
        outputBytes = outputRowBytes;
    }

    /** Attends in one layer, whose keys and values of this step are already cached. */
    void run(Layer toRun, KvCache itsCache) {
        layer = toRun;
        cache = itsCache;
        int tasks = batch.tileCount * toRun.spec().kvHeadCount();
        if (tasks > 1 && work() >= LEAST_SHARED_WORK) {
            pool.run(loop, tasks);
        } else {
            for (int i = 0; i < tasks; i++) {
                task(i, 0);
            }
        }
    }

    private long work() {
        long positions = 0;
        for (int t = 0; t < batch.tokenCount && positions < LEAST_SHARED_WORK; t++) {
            positions += batch.positions[t] + 1;
        }
        return 2 * positions * layer.spec().headCount() * layer.spec().headDim();
    }

    private void task(int chunk, int worker) {
        AttentionSpec spec = layer.spec();
        int tile = chunk / spec.kvHeadCount();
        int kvHead = chunk % spec.kvHeadCount();
        int firstToken = batch.tileFirstToken[tile];
        int tokens = batch.tileTokens[tile];
        int vectors = tokens * layer.groupHeads();
        Scratch scratch = scratches[worker];
        gather(scratch, firstToken, tokens, kvHead);
        int firstPosition = batch.positions[firstToken];
        int lastPosition = firstPosition + tokens - 1;
        Integer window = spec.windowTokens();
        int from = window == null ? 0 : Math.max(0, firstPosition - window + 1);
        int blockTokens = cache.blockTokens();
        Slot slot = batch.slots[batch.rowOfToken[firstToken]];
        for (int block = from / blockTokens; block * blockTokens <= lastPosition; block++) {
            long keys = cache.floats(
                    slot.blockId(layer.cacheGroupId(), block), layer.layerInGroup(), kvHead, scratch.blocks);
            block(scratch, vectors, keys, block * blockTokens, firstPosition, lastPosition);
        }
        finish(scratch, firstToken, tokens, kvHead);
    }

    /** Copies the tile's queries, scaled, to neighbouring vectors: token by token, head by head. */
    private void gather(Scratch scratch, int firstToken, int tokens, int kvHead) {
        AttentionSpec spec = layer.spec();
        int heads = layer.groupHeads();
        int headDim = spec.headDim();
        long to = scratch.queries;
        for (int t = 0; t < tokens; t++) {
            long from = queries + (firstToken + t) * queryBytes + (long) kvHead * heads * headDim * Float.BYTES;
            for (int i = 0; i < heads * headDim; i++) {
                RawMemory.putFloat(to, RawMemory.floatAt(from) * spec.scale());
                from += Float.BYTES;
                to += Float.BYTES;
            }
        }
        int vectors = tokens * heads;
        RawMemory.zero(scratch.sums, (long) roundUp(vectors) * Lanes.padded(headDim) * Float.BYTES);
        for (int v = 0; v < vectors; v++) {
            scratch.most[v] = Float.NEGATIVE_INFINITY;
            scratch.total[v] = 0;
        }
    }

    private static int roundUp(int vectors) {
        return Math.ceilDiv(vectors, AttentionKernel.VECTORS) * AttentionKernel.VECTORS;
    }

    /** Takes one block into the running sums. */
    private void block(
            Scratch scratch, int vectors, long keys, int blockPosition, int firstPosition, int lastPosition) {
        int headDim = layer.spec().headDim();
        int padded = Lanes.padded(headDim);
        int blockTokens = cache.blockTokens();
        int readable = Math.min(blockTokens, lastPosition + 1 - blockPosition);
        int scored = Math.ceilDiv(readable, 2 * Lanes.COUNT) * 2 * Lanes.COUNT;
        long scoreBytes = (long) blockTokens * Float.BYTES;
        for (int v = 0; v < vectors; v += AttentionKernel.VECTORS) {
            for (int i = 0; i < scored; i += 2 * Lanes.COUNT) {
                PanelKernel.fourByTwo(
                        scratch.queries + (long) v * headDim * Float.BYTES,
                        headDim,
                        keys + (long) i * Float.BYTES,
                        scoreBytes,
                        scratch.scores + v * scoreBytes + (long) i * Float.BYTES,
                        scoreBytes);
            }
        }
        for (int v = 0; v < vectors; v++) {
            int position = firstPosition + v / layer.groupHeads();
            softmax(scratch, v, position - blockPosition, scored, padded);
        }
        long values = keys + (long) headDim * blockTokens * Float.BYTES;
        long valueBytes = (long) padded * Float.BYTES;
        for (int v = 0; v < vectors; v += AttentionKernel.VECTORS) {
            for (int i = 0; i < padded; i += Lanes.COUNT) {
                long at = (long) i * Float.BYTES;
                AttentionKernel.weigh(
                        scratch.scores + v * scoreBytes,
                        scoreBytes,
                        readable,
                        values + at,
                        valueBytes,
                        scratch.sums + v * valueBytes + at,
                        valueBytes);
            }
        }
    }

    /** Turns one query's scores into weights; {@code own} is the query's own position within the block. */
    private void softmax(Scratch scratch, int vector, int own, int scored, int padded) {
        long scores = scratch.scores + (long) vector * cache.blockTokens() * Float.BYTES;
        Integer window = layer.spec().windowTokens();
        int from = window == null ? 0 : Math.max(0, own - window + 1);
        int to = Math.min(own + 1, scored);
        float before = scratch.most[vector];
        float most = Math.max(before, AttentionKernel.maskedMax(scores, from, Math.max(0, to), scored));
        if (most == Float.NEGATIVE_INFINITY) {
            RawMemory.zero(scores, (long) scored * Float.BYTES);
            return;
        }
        if (most != before) {
            float shrink = FastExp.exp(before - most);
            scratch.total[vector] *= shrink;
            AttentionKernel.scale(scratch.sums + (long) vector * padded * Float.BYTES, shrink, padded);
            scratch.most[vector] = most;
        }
        scratch.total[vector] += AttentionKernel.exponentials(scores, most, scored);
    }

    private void finish(Scratch scratch, int firstToken, int tokens, int kvHead) {
        int heads = layer.groupHeads();
        int headDim = layer.spec().headDim();
        int padded = Lanes.padded(headDim);
        for (int v = 0; v < tokens * heads; v++) {
            long from = scratch.sums + (long) v * padded * Float.BYTES;
            AttentionKernel.scale(from, 1 / scratch.total[v], padded);
            long head = (long) kvHead * heads + v % heads;
            RawMemory.copy(
                    from,
                    output + (firstToken + v / heads) * outputBytes + head * headDim * Float.BYTES,
                    (long) headDim * Float.BYTES);
        }
    }
}
