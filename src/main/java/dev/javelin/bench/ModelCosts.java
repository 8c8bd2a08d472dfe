package dev.javelin.bench;

import dev.javelin.backend.CachePlan;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a model's tokens cost at least: parameters, operations and cached bytes, by its spec alone. Immutable.
 *
 * <pre>
 * a step streams    body + head            the embedding's rows are looked up, not streamed; a tied head is
 * a new token       2 * body               operations, a multiply-add counting twice
 * a sampled row     2 * head
 * attention         4 * H * D * keys       for a query that sees that many keys, in each layer
 * a decode step     reads the keys and values of every position it sees
 * </pre>
 *
 * @param spec the model
 */
public record ModelCosts(ModelSpec spec) {
    /** Parameters of the layers and the output norm: what every token passes. */
    public long bodyParameters() {
        long sum = spec.hiddenSize();
        for (LayerSpec layer : spec.layers()) {
            sum += layerParameters(layer);
        }
        return sum;
    }

    private long layerParameters(LayerSpec layer) {
        AttentionSpec attention = layer.attention();
        long hidden = spec.hiddenSize();
        long queries = (long) attention.headCount() * attention.headDim();
        long keys = (long) attention.kvHeadCount() * attention.headDim();
        long projections = 2 * hidden * queries + 2 * hidden * keys;
        long biases = attention.projectionBias() ? queries + 2 * keys : 0;
        long headNorms = attention.headNorm() == null ? 0 : 2L * attention.headDim();
        long mlp = 3 * hidden * layer.mlp().intermediateSize();
        return projections + biases + headNorms + mlp + 2 * hidden;
    }

    /** Parameters of the head, its own or the embedding's. */
    public long headParameters() {
        return (long) spec.vocabularyTokens() * spec.hiddenSize();
    }

    /** Parameters that every step reads. */
    public long streamedParameters() {
        return bodyParameters() + headParameters();
    }

    /** Bytes that every step reads where all weights have one format. */
    public long streamedBytes(int elementBytes) {
        return streamedParameters() * elementBytes;
    }

    /** Operations of a request's prompt: its new tokens, the one row that samples, and causal attention. */
    public double promptFlops(RequestShape shape) {
        return 2.0 * bodyParameters() * shape.newTokens() + 2.0 * headParameters() + attentionFlops(shape);
    }

    private double attentionFlops(RequestShape shape) {
        double sum = 0;
        for (LayerSpec layer : spec.layers()) {
            AttentionSpec attention = layer.attention();
            long keys = keysSeen(shape.cachedTokens(), shape.promptTokens(), attention.windowTokens());
            sum += 4.0 * attention.headCount() * attention.headDim() * keys;
        }
        return sum;
    }

    /** Operations of the matrices in one decode step of so many sequences. */
    public double decodeStepFlops(int sequences) {
        return 2.0 * streamedParameters() * sequences;
    }

    /**
     * Bytes of keys and values that a request's decode steps read.
     *
     * @param plans how they are cached
     */
    public double decodeCacheBytes(RequestShape shape, List<CachePlan> plans) {
        double sum = 0;
        for (CachePlan plan : plans) {
            long positions = keysSeen(
                    shape.promptTokens(), shape.lengthTokens() - 1, plan.group().windowTokens());
            sum += (double) plan.group().elementsPerToken() * plan.format().elementBytes() * positions;
        }
        return sum;
    }

    /** Keys seen by all queries from a position on: the query at position p sees p + 1 of them, or its window. */
    static long keysSeen(long fromPosition, long toPosition, @Nullable Integer windowTokens) {
        return keysSeenBefore(toPosition, windowTokens) - keysSeenBefore(fromPosition, windowTokens);
    }

    private static long keysSeenBefore(long position, @Nullable Integer windowTokens) {
        long window = windowTokens == null ? Long.MAX_VALUE : windowTokens;
        return position <= window
                ? position * (position + 1) / 2
                : window * (window + 1) / 2 + window * (position - window);
    }
}
