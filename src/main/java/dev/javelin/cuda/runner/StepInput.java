package dev.javelin.cuda.runner;

import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.StepPlan;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Packs a plan for {@code step_prepare.cu}, whose header draws the layout. Confined to the engine thread.
 *
 * <p>It also moves the shadows on: a slot's length grows by its row, and the tokens that its penalties count are noted.
 */
final class StepInput {
    private static final int HEADER_WORDS = 8;
    private static final int SLOT_WRITE_WORDS = 3;
    private static final int TABLE_WRITE_WORDS = 4;
    private static final int ROW_WORDS = 5;

    private final SlotShadows shadows;
    private final int cacheGroupCount;
    private final int slotCount;

    /**
     * What was packed.
     *
     * @param words 32-bit words of the input
     * @param singleRows rows of one token, which come first
     * @param sampleCount rows that draw a token
     */
    record Packed(int words, int singleRows, int sampleCount) {}

    StepInput(SlotShadows shadows, int slotCount, int cacheGroupCount) {
        this.shadows = shadows;
        this.slotCount = slotCount;
        this.cacheGroupCount = cacheGroupCount;
    }

    /**
     * The most words that a step can need.
     *
     * @param slotCount sequences of a step
     * @param cacheGroupCount block tables of a slot
     * @param tableStride entries of a block table
     * @param maxStepTokens tokens of a step
     */
    static long maxWords(int slotCount, int cacheGroupCount, int tableStride, int maxStepTokens) {
        long tables = (long) slotCount * cacheGroupCount * (tableStride + TABLE_WRITE_WORDS);
        return HEADER_WORDS + (long) slotCount * (SLOT_WRITE_WORDS + ROW_WORDS) + tables + maxStepTokens;
    }

    /** Packs the plan; its slot operations have been applied to the shadows. */
    Packed pack(StepPlan plan, MemorySegment to) {
        int at = HEADER_WORDS;
        for (SlotShadows.LengthWrite write : shadows.lengthWrites()) {
            put(to, at, write.slot().slotId());
            put(to, at + 1, write.slot().lengthTokens());
            put(to, at + 2, write.fromSlotId());
            at += SLOT_WRITE_WORDS;
        }
        int tableWritesAt = at;
        int tableWriteCount = dirtyRanges();
        at = packTables(to, tableWritesAt, tableWritesAt + tableWriteCount * TABLE_WRITE_WORDS);
        int rowsAt = at;
        int hostTokensAt = rowsAt + plan.rows().size() * ROW_WORDS;
        at = packRows(plan.rows(), to, rowsAt, hostTokensAt);
        int singleRows = 0;
        int sampleCount = 0;
        for (PlanRow row : plan.rows()) {
            singleRows += row.tokenCount() == 1 ? 1 : 0;
            sampleCount += row.samples() ? 1 : 0;
        }
        int[] header = {
            shadows.lengthWrites().size(),
            tableWriteCount,
            plan.rows().size(),
            plan.tokenCount(),
            singleRows,
            hostTokensAt,
            tableWritesAt,
            rowsAt
        };
        MemorySegment.copy(header, 0, to, ValueLayout.JAVA_INT, 0, header.length);
        return new Packed(at, singleRows, sampleCount);
    }

    private int dirtyRanges() {
        int ranges = 0;
        for (SlotShadow slot : shadows.tableWrites()) {
            for (int group = 0; group < cacheGroupCount; group++) {
                ranges += slot.dirtyFrom(group) < slot.dirtyTo(group) ? 1 : 0;
            }
        }
        return ranges;
    }

    private int packTables(MemorySegment to, int writesAt, int idsAt) {
        int write = writesAt;
        int at = idsAt;
        for (SlotShadow slot : shadows.tableWrites()) {
            for (int group = 0; group < cacheGroupCount; group++) {
                int count = slot.dirtyTo(group) - slot.dirtyFrom(group);
                if (count > 0) {
                    put(to, write, group * slotCount + slot.slotId());
                    put(to, write + 1, slot.dirtyFrom(group));
                    put(to, write + 2, count);
                    put(to, write + 3, at);
                    write += TABLE_WRITE_WORDS;
                    for (int i = 0; i < count; i++) {
                        put(to, at++, slot.blockId(group, slot.dirtyFrom(group) + i));
                    }
                }
            }
            slot.clean();
        }
        return at;
    }

    private int packRows(List<PlanRow> rows, MemorySegment to, int rowsAt, int hostTokensAt) {
        int firstToken = 0;
        int sampleIndex = 0;
        int tokensAt = hostTokensAt;
        for (int r = 0; r < rows.size(); r++) {
            PlanRow row = rows.get(r);
            int at = rowsAt + r * ROW_WORDS;
            put(to, at, row.slotId());
            put(to, at + 1, row.tokenCount());
            put(to, at + 2, firstToken);
            switch (row.input()) {
                case RowInput.HostTokens host -> {
                    put(to, at + 3, tokensAt - hostTokensAt);
                    MemorySegment.copy(
                            host.tokenIds(),
                            host.offset(),
                            to,
                            ValueLayout.JAVA_INT,
                            (long) tokensAt * Integer.BYTES,
                            row.tokenCount());
                    tokensAt += row.tokenCount();
                    note(row, host);
                }
                case RowInput.LastSampled last -> put(to, at + 3, -1);
            }
            put(to, at + 4, row.samples() ? sampleIndex++ : -1);
            firstToken += row.tokenCount();
            shadows.slot(row.slotId()).advance(row.tokenCount());
        }
        return tokensAt;
    }

    /** Tokens that stand where others stood, or none, change what penalties count. */
    private void note(PlanRow row, RowInput.HostTokens host) {
        SlotShadow slot = shadows.slot(row.slotId());
        if (!slot.requireSampling().params().hasPenalties()) {
            return;
        }
        for (int i = 0; i < row.tokenCount(); i++) {
            int position = slot.lengthTokens() + i;
            int tokenId = host.tokenIds()[host.offset() + i];
            if (slot.knownTokenId(position) != tokenId) {
                slot.noteToken(position, tokenId);
                shadows.recount(slot);
            }
        }
    }

    private static void put(MemorySegment to, int word, int value) {
        to.setAtIndex(ValueLayout.JAVA_INT, word, value);
    }
}
