package dev.javelin.cpu;

import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** All slots, changed by {@link SlotOp}s. Confined to the engine thread. */
final class Slots {
    private final Slot[] slots;
    private final List<KvCache> caches;

    Slots(int slotCount, List<KvCache> caches) {
        this.caches = caches;
        slots = new Slot[slotCount];
        for (int i = 0; i < slotCount; i++) {
            slots[i] = new Slot(caches.size());
        }
    }

    Slot slot(int slotId) {
        return slots[slotId];
    }

    /** Applies a change. */
    void apply(SlotOp op) {
        Slot slot = slots[op.slotId()];
        switch (op) {
            case SlotOp.Init init -> {
                slot.clearBlocks();
                slot.lengthTokens = init.lengthTokens();
                slot.promptTokens = init.promptTokens();
                slot.sampling = init.sampling();
                slot.history = history(init);
            }
            case SlotOp.AppendBlocks append ->
                slot.putBlocks(append.cacheGroupId(), append.firstBlockIndex(), append.blockIds());
            case SlotOp.Truncate truncate -> truncate(slot, truncate.lengthTokens());
            case SlotOp.Fork fork -> slot.copyFrom(slots[fork.fromSlotId()], fork.sampling());
            case SlotOp.CopyBlock copy -> {
                int from = slot.replaceBlock(copy.cacheGroupId(), copy.blockIndex(), copy.toBlockId());
                caches.get(copy.cacheGroupId()).copyBlock(from, copy.toBlockId());
            }
        }
    }

    private static @Nullable TokenHistory history(SlotOp.Init init) {
        SlotSampling sampling = init.sampling();
        return sampling.params().hasPenalties()
                ? new TokenHistory(init.tokenIds(), init.promptTokens(), init.answerTokens())
                : null;
    }

    private static void truncate(Slot slot, int lengthTokens) {
        TokenHistory history = slot.history;
        if (lengthTokens < slot.lengthTokens && history != null) {
            history.truncate(lengthTokens);
        }
        slot.lengthTokens = Math.min(slot.lengthTokens, lengthTokens);
    }
}
