package dev.javelin.kvcache;

/**
 * How one cache group is cut into blocks. Immutable.
 *
 * @param blockTokens tokens of a block, the same in every group
 * @param blockCount blocks of the group
 */
public record CacheLayout(int blockTokens, int blockCount) {}
