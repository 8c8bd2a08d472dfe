package dev.javelin.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Layers that cache the same kind of state for the same tokens and so share block tables. Immutable.
 *
 * @param id its index in {@link ModelSpec#cacheGroups()}
 * @param layerIndexes its layers, ascending
 * @param kvHeadCount key and value heads of each layer
 * @param headDim elements of a head
 * @param windowTokens how many of the last tokens are ever read again, or null for all
 */
public record CacheGroup(
        int id,
        List<Integer> layerIndexes,
        int kvHeadCount,
        int headDim,
        @Nullable Integer windowTokens) {
    /** Elements cached for one token over all layers of the group: keys and values. */
    public long elementsPerToken() {
        return 2L * layerIndexes.size() * kvHeadCount * headDim;
    }
}
