package dev.javelin.cuda.runner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.backend.StepPlan;
import dev.javelin.generation.SamplingParams;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepInputTest {
    private static final SlotSampling GREEDY = sampling(SamplingParams.GREEDY);
    private static final SlotSampling PENALISED = sampling(new SamplingParams(0, 0, 1, 0, 1.5, 0, 0, Map.of(), null));

    private final SlotShadows shadows = new SlotShadows(4, 2);
    private final StepInput input = new StepInput(shadows, 4, 2);
    private final MemorySegment words = Arena.ofAuto().allocate(ValueLayout.JAVA_INT, 400);
    private long stepId;

    private static SlotSampling sampling(SamplingParams params) {
        return new SlotSampling(params, 0, 0, 0, new int[0], null, null);
    }

    private static SlotOp.Init init(int slot, int length, SlotSampling sampling, int... tokenIds) {
        return new SlotOp.Init(slot, 100 + slot, length, sampling, tokenIds, tokenIds.length, 0);
    }

    private static PlanRow row(int slot, RowInput from, int tokens, boolean samples) {
        return new PlanRow(100 + slot, slot, from, tokens, samples, PlanRow.NO_SCORES, false, 0);
    }

    private int[] pack(List<SlotOp> ops, PlanRow... rows) {
        int tokens = 0;
        for (PlanRow row : rows) {
            tokens += row.tokenCount();
        }
        StepPlan plan = new StepPlan(stepId++, ops, List.of(rows), tokens);
        shadows.apply(plan.slotOps());
        StepInput.Packed packed = input.pack(plan, words);
        return words.asSlice(0, (long) packed.words() * Integer.BYTES).toArray(ValueLayout.JAVA_INT);
    }

    @Test
    void packsLengthsTablesRowsAndTokens() {
        int[] packed = pack(
                List.of(
                        init(2, 16, GREEDY, 1, 2, 3),
                        new SlotOp.AppendBlocks(2, 0, 0, new int[] {7, 8}),
                        new SlotOp.AppendBlocks(2, 1, 0, new int[] {9})),
                row(2, new RowInput.HostTokens(new int[] {50, 51, 52, 53}, 1), 3, true));
        assertArrayEquals(
                new int[] {
                    1, 2, 1, 3, 0, 27, 11, 22, // counts, then where host tokens, table writes and rows begin
                    2, 16, -1, // slot 2 has 16 tokens
                    2, 0, 2, 19, // group 0: two entries from 0 on
                    6, 0, 1, 21, // group 1
                    7, 8, 9, // their ids
                    2, 3, 0, 0, 0, // the row
                    51, 52, 53
                },
                packed);
        assertEquals(19, shadows.slot(2).lengthTokens());
    }

    @Test
    void sendsOnlyWhatTheDeviceLacks() {
        pack(
                List.of(init(0, 0, GREEDY, 1), new SlotOp.AppendBlocks(0, 0, 0, new int[] {4, 5})),
                row(0, RowInput.LAST_SAMPLED, 1, true));
        int[] packed =
                pack(List.of(new SlotOp.AppendBlocks(0, 0, 2, new int[] {6})), row(0, RowInput.LAST_SAMPLED, 1, false));
        assertArrayEquals(
                new int[] {0, 1, 1, 1, 1, 18, 8, 13, 0, 2, 1, 12, 6, 0, 1, 0, -1, -1}, packed, "no length, one entry");
    }

    @Test
    void aForkTakesTheWholeTableAndTheLastTokenOfItsRoot() {
        pack(
                List.of(init(0, 0, GREEDY, 1), new SlotOp.AppendBlocks(0, 0, 0, new int[] {4, 5})),
                row(0, RowInput.LAST_SAMPLED, 1, true));
        int[] packed = pack(List.of(
                new SlotOp.Fork(1, 0, 101, GREEDY),
                new SlotOp.Fork(3, 1, 103, GREEDY),
                new SlotOp.CopyBlock(3, 0, 1, 9)));
        assertArrayEquals(
                new int[] {2, 2, 0, 0, 0, 26, 14, 26, 1, 1, 0, 3, 1, 0, 1, 0, 2, 22, 3, 0, 2, 24, 4, 5, 4, 9}, packed);
        assertEquals(List.of(new SlotShadows.BlockCopy(0, 5, 9)), shadows.blockCopies());
    }

    @Test
    void aSlotThatIsGivenTwiceInAPlanIsTheLastOnes() {
        int[] packed = pack(List.of(
                init(0, 0, GREEDY, 1),
                new SlotOp.AppendBlocks(0, 0, 0, new int[] {4, 5, 6}),
                init(0, 32, PENALISED, 2, 3),
                new SlotOp.AppendBlocks(0, 0, 0, new int[] {7})));
        assertArrayEquals(new int[] {1, 1, 0, 0, 0, 16, 11, 16, 0, 32, -1, 0, 0, 1, 15, 7}, packed);
        assertEquals(
                List.of(PENALISED),
                shadows.inits().stream().map(SlotOp.Init::sampling).toList());
    }

    @Test
    void countsAnewWhereTokensStandInOthersPlaces() {
        int[] prompt = {10, 11, 12};
        pack(List.of(init(0, 0, PENALISED, prompt)), row(0, new RowInput.HostTokens(prompt, 0), 3, true));
        assertEquals(List.of(), shadows.recounts(), "the prompt is known");
        shadows.slot(0).noteToken(3, 20);
        pack(List.of(), row(0, new RowInput.HostTokens(new int[] {20}, 0), 1, true));
        assertEquals(List.of(), shadows.recounts(), "the drawn token is fed");
        pack(List.of(new SlotOp.Truncate(0, 3)), row(0, new RowInput.HostTokens(new int[] {21, 22}, 0), 2, true));
        assertEquals(List.of(shadows.slot(0)), shadows.recounts());
        assertArrayEquals(new int[] {10, 11, 12, 21, 22}, shadows.slot(0).knownTokenIds());
    }

    @Test
    void refusesAGapInABlockTable() {
        List<SlotOp> ops = List.of(init(0, 0, GREEDY, 1), new SlotOp.AppendBlocks(0, 0, 1, new int[] {4}));
        assertThrows(IllegalStateException.class, () -> shadows.apply(ops));
    }
}
