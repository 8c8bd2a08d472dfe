package dev.javelin.kvcache;

import dev.javelin.ownership.EngineThread;
import java.util.ArrayList;
import java.util.List;

/**
 * What one sequence holds: a block table for each cache group, and the keys of its full blocks as far as they were
 * needed. Confined to the engine thread; only {@link KvCacheManager} changes it.
 */
@EngineThread
public final class SequenceBlocks {
    private final BlockKey root;
    private final List<BlockTable> tables;
    private final List<BlockKey> keys = new ArrayList<>();
    private int rememberedBlocks;

    SequenceBlocks(BlockKey root, int groupCount) {
        this.root = root;
        List<BlockTable> made = new ArrayList<>(groupCount);
        for (int group = 0; group < groupCount; group++) {
            made.add(new BlockTable());
        }
        tables = List.copyOf(made);
    }

    /** One table a cache group, by the group's id. */
    public List<BlockTable> tables() {
        return tables;
    }

    /** Blocks held in each group. */
    public int blockCount() {
        return tables.getFirst().blockCount();
    }

    /** The key of a full block, whose tokens must be final; earlier keys are made on the way. */
    BlockKey key(int blockIndex, int[] tokenIds, BlockHasher hasher, int blockTokens) {
        while (keys.size() <= blockIndex) {
            BlockKey parent = keys.isEmpty() ? root : keys.getLast();
            keys.add(hasher.hash(parent, tokenIds, keys.size() * blockTokens));
        }
        return keys.get(blockIndex);
    }

    int rememberedBlocks() {
        return rememberedBlocks;
    }

    void setRememberedBlocks(int blocks) {
        rememberedBlocks = blocks;
    }
}
