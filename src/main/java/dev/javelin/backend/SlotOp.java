package dev.javelin.backend;

/** A change of a slot's state. Immutable. A slot is free again as soon as no later plan names it. */
public sealed interface SlotOp {
    /** The slot that changes. */
    int slotId();

    /**
     * Gives the slot to a sequence: empty block tables, a length, how it samples.
     *
     * @param slotId the slot
     * @param sequenceId its new owner
     * @param lengthTokens tokens whose keys and values the blocks appended next already hold (a prefix hit), else 0
     * @param sampling how its tokens are drawn
     * @param tokenIds prompt and answer so far, which penalties count, for cached tokens never pass the runner; the
     *     array may be longer and grow later
     * @param promptTokens how many of them are the prompt
     * @param answerTokens how many that follow are the answer so far (a sequence that was preempted)
     */
    record Init(
            int slotId,
            long sequenceId,
            int lengthTokens,
            SlotSampling sampling,
            int[] tokenIds,
            int promptTokens,
            int answerTokens)
            implements SlotOp {}

    /**
     * Extends a block table.
     *
     * @param slotId the slot
     * @param cacheGroupId whose table
     * @param firstBlockIndex index in the table of the first new block: the table's length so far
     * @param blockIds new blocks; never changed
     */
    record AppendBlocks(int slotId, int cacheGroupId, int firstBlockIndex, int[] blockIds) implements SlotOp {}

    /**
     * Takes back tokens, whose positions will be written again (rejected drafts, jump-forward).
     *
     * @param slotId the slot
     * @param lengthTokens the new length, at most the old one; block tables keep their blocks
     */
    record Truncate(int slotId, int lengthTokens) implements SlotOp {}

    /**
     * Makes a slot a copy of another: state, length and block tables. Blocks that both will write must be replaced by
     * the scheduler, with a {@link CopyBlock}, before either does.
     *
     * @param slotId the slot that becomes the copy
     * @param fromSlotId the slot that is copied
     * @param sequenceId the copy's owner
     * @param sampling how the copy's tokens are drawn
     */
    record Fork(int slotId, int fromSlotId, long sequenceId, SlotSampling sampling) implements SlotOp {}

    /**
     * Copies a block's keys and values on the device and puts the copy into a block table.
     *
     * @param slotId the slot
     * @param cacheGroupId whose table
     * @param blockIndex index in the table of the block to replace
     * @param toBlockId the block that receives the copy and takes the place
     */
    record CopyBlock(int slotId, int cacheGroupId, int blockIndex, int toBlockId) implements SlotOp {}
}
