package dev.javelin.cuda.kernel;

/**
 * How the blocks of {@code sampling.cu} share rows. Immutable.
 *
 * <p>A group of blocks holds one row in its shared memory and takes row after row. More blocks a row end it sooner,
 * fewer let more rows run at once; all blocks of the grid must fit on the device together, since those of a group wait
 * for each other.
 *
 * @param groupBlocks blocks that share a row
 * @param groups rows that are worked on at once
 * @param chunkTokens logits of a row that one block holds, a multiple of 4
 */
record SamplingGroups(int groupBlocks, int groups, int chunkTokens) {
    /** Most blocks of a group: {@code MAX_GROUP}. */
    static final int MAX_GROUP_BLOCKS = 64;
    /** Most logits of a block. */
    static final int MAX_CHUNK_TOKENS = 16_384;
    /** A block that has fewer waits longer for the others than it works. */
    private static final int MIN_CHUNK_TOKENS = 2048;
    /** What a row costs a block beside its logits, as logits. */
    private static final int ROW_COST_TOKENS = 4096;

    /** Blocks that one multiprocessor holds at once. */
    interface Occupancy {
        /** Their number where each has so many logits. */
        int blocksPerMultiprocessor(int chunkTokens);
    }

    /** The plan that ends first. */
    static SamplingGroups plan(int rows, int vocabularyTokens, int multiprocessors, Occupancy occupancy) {
        SamplingGroups best = new SamplingGroups(0, 0, 0);
        long bestCost = Long.MAX_VALUE;
        for (int blocks = 1; blocks <= MAX_GROUP_BLOCKS; blocks++) {
            int chunk = ((vocabularyTokens + blocks - 1) / blocks + 3) / 4 * 4;
            boolean tooSmall = blocks > 1 && chunk < MIN_CHUNK_TOKENS;
            if (chunk > MAX_CHUNK_TOKENS || tooSmall) {
                continue;
            }
            int groups = Math.min(rows, multiprocessors * occupancy.blocksPerMultiprocessor(chunk) / blocks);
            if (groups == 0) {
                continue;
            }
            long rounds = (rows + groups - 1L) / groups;
            long cost = rounds * (chunk + ROW_COST_TOKENS);
            if (cost < bestCost) {
                best = new SamplingGroups(blocks, groups, chunk);
                bestCost = cost;
            }
        }
        if (best.groups == 0) {
            throw new IllegalArgumentException("a vocabulary of " + vocabularyTokens + " tokens needs more than the "
                    + multiprocessors + " multiprocessors of this GPU hold at once");
        }
        return best;
    }
}
