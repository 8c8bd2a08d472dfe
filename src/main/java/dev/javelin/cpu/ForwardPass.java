package dev.javelin.cpu;

import dev.javelin.model.AttentionSpec;
import dev.javelin.model.NormSpec;
import java.util.List;

/**
 * Runs a batch's tokens through the layers: orders products, attention and what happens between them. Confined to the
 * engine thread, which computes as worker 0.
 *
 * <p>What happens between products is token by token: on the engine thread where there are few tokens, for waking
 * others costs more, else in chunks on all threads. The first half of each such step ends with the input of the next
 * products, transposed where they are multiplied in tiles.
 */
final class ForwardPass {
    /** Tokens up to which one thread does what is not a product. */
    private static final int MOST_SERIAL_TOKENS = 8;
    /** Tokens of a chunk otherwise. */
    private static final int CHUNK_TOKENS = 8;

    private final WorkerPool pool;
    private final MatrixProducts products;
    private final Attention attention;
    private final Workspace space;
    private final Batch batch;
    private final Matrix embedding;
    private final List<LayerWeights> layers;
    private final List<KvCache> caches;
    private final List<RotaryTable> rotaries;
    private final WorkerPool.Loop embed = chunk(this::embed);
    private final WorkerPool.Loop enterAttention = chunk(this::enterAttention);
    private final WorkerPool.Loop rotateAndCache = chunk(this::rotateAndCache);
    private final WorkerPool.Loop leaveAttention = chunk(this::leaveAttention);
    private final WorkerPool.Loop enterMlp = chunk(this::enterMlp);
    private final WorkerPool.Loop gate = chunk(this::gate);
    private final WorkerPool.Loop leaveMlp = chunk(this::leaveMlp);

    private LayerWeights layer;
    private int tileTokens;

    /** One token's share of a step between products. */
    private interface TokenStep {
        void run(int token);
    }

    /** The parts of a forward pass. */
    record Parts(
            WorkerPool pool,
            MatrixProducts products,
            Attention attention,
            Workspace space,
            Batch batch,
            Matrix embedding,
            List<LayerWeights> layers,
            List<KvCache> caches,
            List<RotaryTable> rotaries) {}

    ForwardPass(Parts parts) {
        pool = parts.pool();
        products = parts.products();
        attention = parts.attention();
        space = parts.space();
        batch = parts.batch();
        embedding = parts.embedding();
        layers = parts.layers();
        caches = parts.caches();
        rotaries = parts.rotaries();
        layer = layers.getFirst();
        attention.bind(
                space.query(),
                (long) space.queryStride() * Float.BYTES,
                space.attended(),
                (long) space.queryStride() * Float.BYTES);
    }

    /** Runs the batch; the residual stream after the last layer stays in {@link Workspace#residual}. */
    void run() {
        int tokens = batch.tokenCount;
        tileTokens = MatrixProducts.usesTiles(tokens) ? TokenTiles.tileTokens(tokens) : 0;
        forTokens(embed);
        for (int i = 0; i < layers.size(); i++) {
            layer = layers.get(i);
            forTokens(enterAttention);
            multiply(layer.queryKeyValue(), space.normed(), space.hiddenStride());
            forTokens(rotateAndCache);
            attention.run(layer.attention(), caches.get(layer.spec().cacheGroupId()));
            if (tileTokens > 0) {
                forTokens(leaveAttention);
            }
            multiply(layer.attentionOutput(), space.attended(), space.queryStride());
            forTokens(enterMlp);
            multiply(layer.gateUp(), space.normed(), space.hiddenStride());
            forTokens(gate);
            multiply(layer.down(), space.gate(), space.intermediateStride());
            forTokens(leaveMlp);
        }
    }

    private void multiply(Projection projection, long rows, int strideFloats) {
        products.multiply(projection, tileTokens > 0 ? space.tiles() : rows, strideFloats, batch.tokenCount);
    }

    private void forTokens(WorkerPool.Loop step) {
        int chunks = Math.ceilDiv(batch.tokenCount, CHUNK_TOKENS);
        if (batch.tokenCount <= MOST_SERIAL_TOKENS) {
            step.run(0, 0);
        } else {
            pool.run(step, chunks);
        }
    }

    private WorkerPool.Loop chunk(TokenStep step) {
        return (chunk, worker) -> {
            int end = Math.min(batch.tokenCount, (chunk + 1) * CHUNK_TOKENS);
            for (int token = chunk * CHUNK_TOKENS; token < end; token++) {
                step.run(token);
            }
        };
    }

    private void embed(int token) {
        embedding.unpackRow(batch.tokenIds[token], Workspace.row(space.residual(), token, space.hiddenStride()));
        for (int i = 0; i < rotaries.size(); i++) {
            rotaries.get(i).prepare(token, batch.positions[token]);
        }
    }

    private void enterAttention(int token) {
        enter(token, layer.attentionNorm(), layer.spec().attentionNorm());
    }

    private void enterMlp(int token) {
        leaveMlp(token);
        enter(token, layer.mlpNorm(), layer.spec().mlpNorm());
    }

    /** Adds a half layer's change to the residual. */
    private void leaveMlp(int token) {
        TokenMath.add(
                Workspace.row(space.residual(), token, space.hiddenStride()),
                Workspace.row(space.change(), token, space.hiddenStride()),
                space.hiddenStride());
    }

    private void enter(int token, long weight, NormSpec norm) {
        long normed = Workspace.row(space.normed(), token, space.hiddenStride());
        TokenMath.rmsNorm(
                Workspace.row(space.residual(), token, space.hiddenStride()),
                weight,
                norm.epsilon(),
                embedding.columns(),
                normed);
        transpose(normed, space.hiddenStride(), token);
    }

    private void transpose(long row, int columns, int token) {
        if (tileTokens > 0) {
            TokenTiles.put(row, columns, token, tileTokens, space.tiles());
        }
    }

    private void rotateAndCache(int token) {
        AttentionSpec spec = layer.spec().attention();
        long query = Workspace.row(space.query(), token, space.queryStride());
        long key = Workspace.row(space.key(), token, space.kvStride());
        long value = Workspace.row(space.value(), token, space.kvStride());
        if (spec.projectionBias()) {
            addBias(query, layer.queryBias(), spec.headCount() * spec.headDim());
            addBias(key, layer.keyBias(), spec.kvHeadCount() * spec.headDim());
            addBias(value, layer.valueBias(), spec.kvHeadCount() * spec.headDim());
        }
        long headBytes = (long) spec.headDim() * Float.BYTES;
        for (int head = 0; head < spec.headCount(); head++) {
            turn(token, query + head * headBytes, layer.queryNorm(), spec);
        }
        int position = batch.positions[token];
        int group = layer.spec().cacheGroupId();
        KvCache cache = caches.get(group);
        int blockTokens = cache.blockTokens();
        int block = batch.slots[batch.rowOfToken[token]].blockId(group, position / blockTokens);
        for (int head = 0; head < spec.kvHeadCount(); head++) {
            turn(token, key + head * headBytes, layer.keyNorm(), spec);
            cache.put(
                    block,
                    layer.attention().layerInGroup(),
                    head,
                    position % blockTokens,
                    key + head * headBytes,
                    value + head * headBytes);
        }
    }

    /** Normalises, where the model does, and rotates one head. */
    private void turn(int token, long head, long normWeight, AttentionSpec spec) {
        NormSpec norm = spec.headNorm();
        if (norm != null) {
            TokenMath.headNorm(head, normWeight, norm.epsilon(), spec.headDim());
        }
        layer.rotary().rotate(token, head);
    }

    private static void addBias(long x, long bias, int elementCount) {
        TokenMath.add(x, bias, Lanes.padded(elementCount));
    }

    private void leaveAttention(int token) {
        int columns = layer.attentionOutput().columns();
        transpose(Workspace.row(space.attended(), token, space.queryStride()), Lanes.padded(columns), token);
    }

    private void gate(int token) {
        int columns = Lanes.padded(layer.spec().mlp().intermediateSize());
        long row = Workspace.row(space.gate(), token, space.intermediateStride());
        TokenMath.gateSilu(row, Workspace.row(space.up(), token, space.intermediateStride()), columns);
        transpose(row, columns, token);
    }
}
