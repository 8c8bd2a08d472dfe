package dev.javelin.cpu;

import dev.javelin.backend.SlotSampling;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the runner keeps of one sequence. Confined to the engine thread while a plan is applied; then read by workers.
 */
final class Slot {
    /** Tokens whose keys and values the blocks hold. */
    int lengthTokens;
    /** The token that was drawn last. */
    int lastTokenId;
    /** Tokens of the prompt: positions from here on belong to the answer. */
    int promptTokens;
    /** How tokens are drawn; null before the first Init. */
    @Nullable SlotSampling sampling;
    /** What penalties count; null where there are none. */
    @Nullable TokenHistory history;

    private final int[][] blockTables;
    private final int[] blockCounts;

    Slot(int cacheGroupCount) {
        blockTables = new int[cacheGroupCount][16];
        blockCounts = new int[cacheGroupCount];
    }

    /** How tokens are drawn. */
    SlotSampling requireSampling() {
        SlotSampling current = sampling;
        if (current == null) {
            throw new IllegalStateException("a row names a slot that was never initialised");
        }
        return current;
    }

    /** The block that holds a position. */
    int blockId(int cacheGroupId, int blockIndex) {
        return blockTables[cacheGroupId][blockIndex];
    }

    void clearBlocks() {
        Arrays.fill(blockCounts, 0);
    }

    void putBlocks(int cacheGroupId, int firstBlockIndex, int[] blockIds) {
        int end = firstBlockIndex + blockIds.length;
        if (firstBlockIndex > blockCounts[cacheGroupId]) {
            throw new IllegalStateException(
                    "blocks are appended at " + firstBlockIndex + ", the table has " + blockCounts[cacheGroupId]);
        }
        if (blockTables[cacheGroupId].length < end) {
            blockTables[cacheGroupId] =
                    Arrays.copyOf(blockTables[cacheGroupId], Math.max(end, 2 * blockTables[cacheGroupId].length));
        }
        System.arraycopy(blockIds, 0, blockTables[cacheGroupId], firstBlockIndex, blockIds.length);
        blockCounts[cacheGroupId] = Math.max(end, blockCounts[cacheGroupId]);
    }

    /** Puts another block in a place of the table and returns the one that was there. */
    int replaceBlock(int cacheGroupId, int blockIndex, int blockId) {
        int replaced = blockTables[cacheGroupId][blockIndex];
        blockTables[cacheGroupId][blockIndex] = blockId;
        return replaced;
    }

    /** Becomes a copy of another slot, but for how it draws. */
    void copyFrom(Slot other, SlotSampling ownSampling) {
        lengthTokens = other.lengthTokens;
        lastTokenId = other.lastTokenId;
        promptTokens = other.promptTokens;
        sampling = ownSampling;
        TokenHistory theirs = other.history;
        history = theirs == null ? null : theirs.copy();
        for (int group = 0; group < blockTables.length; group++) {
            blockTables[group] = other.blockTables[group].clone();
            blockCounts[group] = other.blockCounts[group];
        }
    }
}
