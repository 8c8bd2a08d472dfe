package dev.javelin.kvcache;

import dev.javelin.ownership.EngineThread;
import java.util.Arrays;

/** The blocks of one sequence in one cache group, in the order of its tokens. Confined to the engine thread. */
@EngineThread
public final class BlockTable {
    private int[] blockIds = new int[8];
    private int blockCount;

    BlockTable() {}

    /** How many blocks. */
    public int blockCount() {
        return blockCount;
    }

    /**
     * The block of an index.
     *
     * @param blockIndex below {@link #blockCount()}
     */
    public int blockId(int blockIndex) {
        return blockIds[blockIndex];
    }

    /** A copy of the blocks from an index on. */
    public int[] blockIdsFrom(int firstBlockIndex) {
        return Arrays.copyOfRange(blockIds, firstBlockIndex, blockCount);
    }

    void append(int id) {
        if (blockCount == blockIds.length) {
            blockIds = Arrays.copyOf(blockIds, 2 * blockCount);
        }
        blockIds[blockCount++] = id;
    }

    int removeLast() {
        return blockIds[--blockCount];
    }
}
