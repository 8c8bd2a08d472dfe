package dev.javelin.cuda.runner;

import dev.javelin.backend.SlotOp;
import java.util.ArrayList;
import java.util.List;

/**
 * The host's view of every slot, and what a plan's {@link SlotOp}s mean for the device. Confined to the engine thread.
 *
 * <p>Operations change the shadows at once; what the device must be told is collected and sent with the step.
 */
final class SlotShadows {
    private final SlotShadow[] slots;
    private final List<LengthWrite> lengthWrites = new ArrayList<>();
    private final List<SlotShadow> tableWrites = new ArrayList<>();
    private final List<BlockCopy> blockCopies = new ArrayList<>();
    private final List<SlotOp.Init> inits = new ArrayList<>();
    private final List<SlotOp.Fork> forks = new ArrayList<>();
    private final List<SlotShadow> recounts = new ArrayList<>();

    /**
     * A slot's length is set.
     *
     * @param slot the slot
     * @param fromSlotId the slot whose last token it takes over, or -1
     */
    record LengthWrite(SlotShadow slot, int fromSlotId) {}

    /**
     * A block's keys and values are copied.
     *
     * @param cacheGroupId in which layers
     * @param fromBlockId the block that is read
     * @param toBlockId the block that is written
     */
    record BlockCopy(int cacheGroupId, int fromBlockId, int toBlockId) {}

    SlotShadows(int slotCount, int cacheGroupCount) {
        slots = new SlotShadow[slotCount];
        for (int i = 0; i < slotCount; i++) {
            slots[i] = new SlotShadow(i, cacheGroupCount);
        }
    }

    SlotShadow slot(int slotId) {
        return slots[slotId];
    }

    /** Applies a plan's operations in order. What the last plan collected is forgotten. */
    void apply(List<SlotOp> ops) {
        lengthWrites.clear();
        tableWrites.clear();
        blockCopies.clear();
        inits.clear();
        forks.clear();
        recounts.clear();
        for (SlotOp op : ops) {
            apply(op);
        }
    }

    private void apply(SlotOp op) {
        SlotShadow slot = slots[op.slotId()];
        switch (op) {
            case SlotOp.Init init -> {
                slot.init(init);
                setLength(slot, -1);
                inits.removeIf(earlier -> earlier.slotId() == init.slotId());
                inits.add(init);
            }
            case SlotOp.AppendBlocks append -> {
                slot.append(append);
                touch(slot);
            }
            case SlotOp.Truncate truncate -> {
                slot.truncate(truncate.lengthTokens());
                setLength(slot, -1);
                recount(slot);
            }
            case SlotOp.Fork fork -> {
                slot.copyFrom(slots[fork.fromSlotId()], fork.sequenceId(), fork.sampling());
                setLength(slot, fork.fromSlotId());
                forks.add(fork);
                touch(slot);
            }
            case SlotOp.CopyBlock copy -> {
                int from = slot.replaceBlock(copy.cacheGroupId(), copy.blockIndex(), copy.toBlockId());
                blockCopies.add(new BlockCopy(copy.cacheGroupId(), from, copy.toBlockId()));
                touch(slot);
            }
        }
    }

    private void setLength(SlotShadow slot, int fromSlotId) {
        int source = fromSlotId;
        for (LengthWrite write : lengthWrites) {
            if (write.slot().slotId() == fromSlotId && write.fromSlotId() >= 0) {
                source = write.fromSlotId();
            }
        }
        lengthWrites.removeIf(write -> write.slot().slotId() == slot.slotId());
        lengthWrites.add(new LengthWrite(slot, source));
    }

    private void touch(SlotShadow slot) {
        if (!tableWrites.contains(slot)) {
            tableWrites.add(slot);
        }
    }

    /** The tokens that a slot's penalties count are not what the device has counted. */
    void recount(SlotShadow slot) {
        if (slot.requireSampling().params().hasPenalties() && !recounts.contains(slot)) {
            recounts.add(slot);
        }
    }

    /** Slots whose length changes before the rows. */
    List<LengthWrite> lengthWrites() {
        return lengthWrites;
    }

    /** Slots with table entries that the device lacks. */
    List<SlotShadow> tableWrites() {
        return tableWrites;
    }

    /** Blocks to copy before the rows, in order. */
    List<BlockCopy> blockCopies() {
        return blockCopies;
    }

    /** Slots that get a new sequence. */
    List<SlotOp.Init> inits() {
        return inits;
    }

    /** Slots that become copies, in order. */
    List<SlotOp.Fork> forks() {
        return forks;
    }

    /** Slots whose penalties are counted anew, after inits and forks. */
    List<SlotShadow> recounts() {
        return recounts;
    }
}
