package dev.javelin.kvcache;

import dev.javelin.ownership.EngineThread;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives blocks to sequences, finds cached prefixes and takes blocks back. Confined to the engine thread.
 *
 * <pre>
 * a sequence of 21 tokens, 8 tokens a block, 16 of them computed
 *
 *   table   | 4 | 9 | 2 |
 *   tokens  0   8   16  21  24
 *           |cached |   |
 *           [ 0, 16 ) remembered by their keys: others may share blocks 4 and 9
 *                   [16, 21 ) block 2 is private: it will be written
 * </pre>
 */
@EngineThread
public final class KvCacheManager {
    private static final BlockKey NO_PARENT = new BlockKey(0, 0);

    private final List<BlockPool> pools;
    private final BlockHasher hasher;
    private final BlockKey root;
    private final int blockTokens;
    private final boolean prefixCaching;

    /**
     * A cache in which every block is free.
     *
     * @param layouts one a cache group, by its id, all with the same tokens a block
     * @param rootName names model, revision and cache format: what makes cached blocks exchangeable
     * @param prefixCaching whether full blocks are remembered and found again
     */
    public KvCacheManager(List<CacheLayout> layouts, String rootName, boolean prefixCaching) {
        this.blockTokens = layouts.getFirst().blockTokens();
        if (layouts.stream().anyMatch(layout -> layout.blockTokens() != blockTokens)) {
            throw new IllegalArgumentException("cache groups differ in tokens a block: " + layouts);
        }
        this.pools = layouts.stream()
                .map(layout -> new BlockPool(layout.blockCount()))
                .toList();
        this.hasher = new BlockHasher(blockTokens);
        this.root = hasher.root(NO_PARENT, rootName);
        this.prefixCaching = prefixCaching;
    }

    /** Whether full blocks are remembered and found again. */
    public boolean prefixCaching() {
        return prefixCaching;
    }

    /** Tokens of a block. */
    public int blockTokens() {
        return blockTokens;
    }

    /** One pool a cache group, by the group's id. */
    public List<BlockPool> pools() {
        return pools;
    }

    /** Blocks that this many tokens need in each group. */
    public int blocksFor(int tokenCount) {
        return (tokenCount + blockTokens - 1) / blockTokens;
    }

    /** Most tokens that one sequence can ever hold. */
    public long capacityTokens() {
        return (long) blockTokens
                * pools.stream().mapToInt(BlockPool::totalBlocks).min().orElse(0);
    }

    /**
     * A sequence that holds nothing yet.
     *
     * @param cacheSalt it shares prefixes only with sequences of the same salt
     */
    public SequenceBlocks newSequence(String cacheSalt) {
        return new SequenceBlocks(cacheSalt.isEmpty() ? root : hasher.root(root, cacheSalt), pools.size());
    }

    /**
     * Gives an empty sequence the blocks that its first tokens need: cached ones as far as there are any, new ones for
     * the rest. All or nothing.
     *
     * @param blocks a sequence that holds nothing
     * @param tokenIds its tokens
     * @param tokenCount how many of them need a place
     * @param keepAvailable blocks that must remain available in each group afterwards
     * @param usePrefix whether cached blocks may be used
     * @return cached tokens, less than {@code tokenCount} so that at least one token is left to compute; or -1 if the
     *     blocks do not suffice
     */
    public int tryAdmit(SequenceBlocks blocks, int[] tokenIds, int tokenCount, int keepAvailable, boolean usePrefix) {
        int neededBlocks = blocksFor(tokenCount);
        int hitBlocks = usePrefix && prefixCaching ? cachedBlocks(blocks, tokenIds, (tokenCount - 1) / blockTokens) : 0;
        for (BlockPool pool : pools) {
            int unheldHits = 0;
            for (int index = 0; index < hitBlocks; index++) {
                unheldHits += pool.isUnheld(found(pool, blocks, index, tokenIds)) ? 1 : 0;
            }
            if (pool.availableBlocks() - unheldHits - (neededBlocks - hitBlocks) < keepAvailable) {
                return -1;
            }
        }
        for (int group = 0; group < pools.size(); group++) {
            BlockPool pool = pools.get(group);
            BlockTable table = blocks.tables().get(group);
            for (int index = 0; index < hitBlocks; index++) {
                int id = found(pool, blocks, index, tokenIds);
                pool.share(id);
                table.append(id);
            }
            for (int index = hitBlocks; index < neededBlocks; index++) {
                table.append(pool.take());
            }
        }
        blocks.setRememberedBlocks(hitBlocks);
        return hitBlocks * blockTokens;
    }

    private int found(BlockPool pool, SequenceBlocks blocks, int blockIndex, int[] tokenIds) {
        Integer id = pool.find(blocks.key(blockIndex, tokenIds, hasher, blockTokens));
        if (id == null) {
            throw new IllegalStateException("block " + blockIndex + " was cached a moment ago");
        }
        return id;
    }

    private int cachedBlocks(SequenceBlocks blocks, int[] tokenIds, int mostBlocks) {
        for (int index = 0; index < mostBlocks; index++) {
            BlockKey key = blocks.key(index, tokenIds, hasher, blockTokens);
            for (BlockPool pool : pools) {
                @Nullable Integer id = pool.find(key);
                if (id == null) {
                    return index;
                }
            }
        }
        return Math.max(mostBlocks, 0);
    }

    /**
     * Extends a sequence's tables so that they hold this many tokens. All or nothing.
     *
     * @param blocks the sequence
     * @param tokenCount tokens that need a place, an upper bound where a step is in flight
     * @return whether the blocks sufficed
     */
    public boolean tryGrow(SequenceBlocks blocks, int tokenCount) {
        int missingBlocks = blocksFor(tokenCount) - blocks.blockCount();
        if (missingBlocks <= 0) {
            return true;
        }
        for (BlockPool pool : pools) {
            if (pool.availableBlocks() < missingBlocks) {
                return false;
            }
        }
        for (int group = 0; group < pools.size(); group++) {
            for (int i = 0; i < missingBlocks; i++) {
                blocks.tables().get(group).append(pools.get(group).take());
            }
        }
        return true;
    }

    /**
     * Remembers the full blocks among a sequence's computed tokens, so that others can share them.
     *
     * @param blocks the sequence
     * @param tokenIds its tokens, final as far as {@code computedTokens}
     * @param computedTokens tokens whose keys and values are in the blocks: the steps that wrote them have completed
     */
    public void remember(SequenceBlocks blocks, int[] tokenIds, int computedTokens) {
        if (!prefixCaching) {
            return;
        }
        int fullBlocks = Math.min(computedTokens / blockTokens, blocks.blockCount());
        for (int index = blocks.rememberedBlocks(); index < fullBlocks; index++) {
            BlockKey key = blocks.key(index, tokenIds, hasher, blockTokens);
            for (int group = 0; group < pools.size(); group++) {
                pools.get(group).remember(blocks.tables().get(group).blockId(index), key);
            }
        }
        blocks.setRememberedBlocks(Math.max(fullBlocks, blocks.rememberedBlocks()));
    }

    /** Takes every block of a sequence back, the deepest first, so that it is evicted first. */
    public void release(SequenceBlocks blocks) {
        for (int group = 0; group < pools.size(); group++) {
            BlockTable table = blocks.tables().get(group);
            while (table.blockCount() > 0) {
                pools.get(group).release(table.removeLast());
            }
        }
        blocks.setRememberedBlocks(0);
    }

    /**
     * Checks that every block is where the books say.
     *
     * @param sequences every sequence that holds blocks
     * @throws IllegalStateException naming the first block that disagrees
     */
    public void checkIntegrity(Iterable<SequenceBlocks> sequences) {
        List<int[]> expected = new ArrayList<>();
        pools.forEach(pool -> expected.add(new int[pool.totalBlocks()]));
        for (SequenceBlocks blocks : sequences) {
            for (int group = 0; group < pools.size(); group++) {
                BlockTable table = blocks.tables().get(group);
                for (int index = 0; index < table.blockCount(); index++) {
                    expected.get(group)[table.blockId(index)]++;
                }
            }
        }
        for (int group = 0; group < pools.size(); group++) {
            pools.get(group).checkIntegrity(expected.get(group));
        }
    }
}
