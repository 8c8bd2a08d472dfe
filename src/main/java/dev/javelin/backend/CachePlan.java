package dev.javelin.backend;

import dev.javelin.model.CacheGroup;

/**
 * The memory that a runner gave to one cache group. Immutable.
 *
 * @param group the layers that share it
 * @param format how elements are stored
 * @param blockTokens tokens of a block, a power of two
 * @param blockCount blocks; ids are 0 to this, exclusive
 */
public record CachePlan(CacheGroup group, CacheFormat format, int blockTokens, int blockCount) {
    /** Bytes of one block over all layers of the group. */
    public long blockBytes() {
        return group.elementsPerToken() * format.elementBytes() * blockTokens;
    }

    /** Bytes of all blocks. */
    public long totalBytes() {
        return blockBytes() * blockCount;
    }
}
