package dev.javelin.kvcache;

import dev.javelin.ownership.EngineThread;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one cache group: who is held how often, who is free, who is cached under which key. Confined to the
 * engine thread.
 */
@EngineThread
public final class BlockPool {
    private final int[] holders;
    private final @Nullable BlockKey[] keys;
    private final Map<BlockKey, Integer> blockByKey = new HashMap<>();
    private final BlockList free;
    private final BlockList cached;

    /**
     * A pool in which every block is free.
     *
     * @param blockCount ids are 0 to this, exclusive; taken in ascending order at first
     */
    public BlockPool(int blockCount) {
        holders = new int[blockCount];
        keys = new BlockKey[blockCount];
        free = new BlockList(blockCount);
        cached = new BlockList(blockCount);
        for (int id = 0; id < blockCount; id++) {
            free.append(id);
        }
    }

    /** All blocks. */
    public int totalBlocks() {
        return holders.length;
    }

    /** Blocks that can be taken: free ones and cached ones that nobody holds. */
    public int availableBlocks() {
        return free.count() + cached.count();
    }

    /** Blocks that nobody holds and the index remembers. */
    public int cachedBlocks() {
        return cached.count();
    }

    /** Blocks with at least one holder. */
    public int heldBlocks() {
        return totalBlocks() - availableBlocks();
    }

    /**
     * Takes a block for one holder: a free one, else the least recently used cached one, which is forgotten.
     *
     * @throws IllegalStateException if none is available
     */
    int take() {
        int id = free.count() > 0 ? free.takeFirst() : evict();
        holders[id] = 1;
        return id;
    }

    private int evict() {
        if (cached.count() == 0) {
            throw new IllegalStateException("no block is available, all " + totalBlocks() + " are held");
        }
        int id = cached.takeFirst();
        BlockKey key = keys[id];
        if (key != null) {
            blockByKey.remove(key);
            keys[id] = null;
        }
        return id;
    }

    /** The block with this content, or null. */
    @Nullable Integer find(BlockKey key) {
        return blockByKey.get(key);
    }

    /** Whether taking a holder's share of this cached block lowers {@link #availableBlocks()}. */
    boolean isUnheld(int id) {
        return holders[id] == 0;
    }

    /** Adds a holder to a block that {@link #find} gave. */
    void share(int id) {
        if (holders[id] == 0) {
            cached.remove(id);
        }
        holders[id]++;
    }

    /** Remembers a held block's content, unless another block is known with the same. */
    void remember(int id, BlockKey key) {
        if (keys[id] == null && blockByKey.putIfAbsent(key, id) == null) {
            keys[id] = key;
        }
    }

    /** Takes a holder away; with the last one the block is cached or free. */
    void release(int id) {
        if (holders[id] == 0) {
            throw new IllegalStateException("block " + id + " is released and nobody holds it");
        }
        holders[id]--;
        if (holders[id] == 0) {
            (keys[id] == null ? free : cached).append(id);
        }
    }

    /**
     * Checks the pool against the holders that the caller knows of.
     *
     * @param expectedHolders one count a block
     * @throws IllegalStateException naming the first block that disagrees
     */
    void checkIntegrity(int[] expectedHolders) {
        for (int id = 0; id < holders.length; id++) {
            boolean held = holders[id] > 0;
            BlockKey key = keys[id];
            check(
                    holders[id] == expectedHolders[id],
                    id,
                    "has " + holders[id] + " holders, " + expectedHolders[id] + " are known");
            check(free.contains(id) == (!held && key == null), id, "is free or not against its state");
            check(cached.contains(id) == (!held && key != null), id, "is cached or not against its state");
            check(key == null || Integer.valueOf(id).equals(blockByKey.get(key)), id, "is not found by its key");
        }
        long named = Arrays.stream(keys).filter(key -> key != null).count();
        check(named == blockByKey.size(), -1, "index has " + blockByKey.size() + " keys, blocks have " + named);
    }

    private static void check(boolean holds, int id, String problem) {
        if (!holds) {
            throw new IllegalStateException("block " + id + " " + problem);
        }
    }
}
