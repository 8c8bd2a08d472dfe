package dev.javelin.cuda.runner;

import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the host remembers of one slot: what it sent to the device, or knows that the device will come to. Confined to
 * the engine thread.
 *
 * <p>Entries of block tables that the device does not have yet form one range for each cache group; a step sends them.
 */
final class SlotShadow {
    private final int slotId;
    private final int[][] tables;
    private final int[] blockCounts;
    private final int[] dirtyFrom;
    private final int[] dirtyTo;
    private long sequenceId = -1;
    private int lengthTokens;
    private int promptTokens;
    private @Nullable SlotSampling sampling;
    private int[] tokenIds = {};
    private int tokenCount;

    SlotShadow(int slotId, int cacheGroupCount) {
        this.slotId = slotId;
        tables = new int[cacheGroupCount][16];
        blockCounts = new int[cacheGroupCount];
        dirtyFrom = new int[cacheGroupCount];
        dirtyTo = new int[cacheGroupCount];
    }

    int slotId() {
        return slotId;
    }

    /** Tokens whose keys and values the blocks hold when every launched step has run. */
    int lengthTokens() {
        return lengthTokens;
    }

    int promptTokens() {
        return promptTokens;
    }

    /** Whose slot it is, or -1. */
    long sequenceId() {
        return sequenceId;
    }

    /** How tokens are drawn. */
    SlotSampling requireSampling() {
        SlotSampling current = sampling;
        if (current == null) {
            throw new IllegalStateException("slot " + slotId + " is named before it was initialised");
        }
        return current;
    }

    /** Becomes a new sequence's. */
    void init(SlotOp.Init init) {
        sequenceId = init.sequenceId();
        lengthTokens = init.lengthTokens();
        promptTokens = init.promptTokens();
        sampling = init.sampling();
        Arrays.fill(blockCounts, 0);
        Arrays.fill(dirtyFrom, 0);
        Arrays.fill(dirtyTo, 0);
        tokenCount = 0;
        if (init.sampling().params().hasPenalties()) {
            tokenCount = init.promptTokens() + init.answerTokens();
            tokenIds = Arrays.copyOf(init.tokenIds(), tokenCount + 64);
        }
    }

    /** Becomes a copy of another slot, but for how it draws; the whole table is new to the device. */
    void copyFrom(SlotShadow other, long ownSequenceId, SlotSampling ownSampling) {
        sequenceId = ownSequenceId;
        lengthTokens = other.lengthTokens;
        promptTokens = other.promptTokens;
        sampling = ownSampling;
        tokenIds = other.tokenIds.clone();
        tokenCount = other.tokenCount;
        for (int group = 0; group < tables.length; group++) {
            tables[group] = other.tables[group].clone();
            blockCounts[group] = other.blockCounts[group];
            dirtyFrom[group] = 0;
            dirtyTo[group] = blockCounts[group];
        }
    }

    /** Extends a block table. */
    void append(SlotOp.AppendBlocks append) {
        int group = append.cacheGroupId();
        int first = append.firstBlockIndex();
        int end = first + append.blockIds().length;
        if (first != blockCounts[group]) {
            throw new IllegalStateException(
                    "blocks of slot " + slotId + " are appended at " + first + ", the table has " + blockCounts[group]);
        }
        if (tables[group].length < end) {
            tables[group] = Arrays.copyOf(tables[group], Math.max(end, 2 * tables[group].length));
        }
        System.arraycopy(append.blockIds(), 0, tables[group], first, append.blockIds().length);
        blockCounts[group] = end;
        touch(group, first, end);
    }

    /** Puts another block in a place of the table and returns the one that was there. */
    int replaceBlock(int group, int blockIndex, int blockId) {
        int replaced = tables[group][blockIndex];
        tables[group][blockIndex] = blockId;
        touch(group, blockIndex, blockIndex + 1);
        return replaced;
    }

    private void touch(int group, int from, int to) {
        boolean clean = dirtyFrom[group] == dirtyTo[group];
        dirtyFrom[group] = clean ? from : Math.min(from, dirtyFrom[group]);
        dirtyTo[group] = clean ? to : Math.max(to, dirtyTo[group]);
    }

    /** Takes tokens back. */
    void truncate(int newLengthTokens) {
        lengthTokens = newLengthTokens;
        tokenCount = Math.min(tokenCount, Math.max(newLengthTokens, promptTokens));
    }

    /** A row appends tokens. */
    void advance(int rowTokens) {
        lengthTokens += rowTokens;
    }

    /** Notes which token stands at a position, for slots with penalties. */
    void noteToken(int position, int tokenId) {
        if (sampling == null || !sampling.params().hasPenalties()) {
            return;
        }
        if (position >= tokenIds.length) {
            tokenIds = Arrays.copyOf(tokenIds, Math.max(2 * tokenIds.length, position + 64));
        }
        tokenIds[position] = tokenId;
        tokenCount = Math.max(tokenCount, position + 1);
    }

    /** The tokens known so far, prompt first; what penalties count. */
    int[] knownTokenIds() {
        return Arrays.copyOf(tokenIds, tokenCount);
    }

    /** The token noted at a position, or -1. */
    int knownTokenId(int position) {
        return position < tokenCount ? tokenIds[position] : -1;
    }

    /** First table entry that the device lacks; equal to {@link #dirtyTo} where it lacks none. */
    int dirtyFrom(int group) {
        return dirtyFrom[group];
    }

    int dirtyTo(int group) {
        return dirtyTo[group];
    }

    int blockId(int group, int blockIndex) {
        return tables[group][blockIndex];
    }

    /** The device has been sent everything. */
    void clean() {
        Arrays.fill(dirtyFrom, 0);
        Arrays.fill(dirtyTo, 0);
    }
}
