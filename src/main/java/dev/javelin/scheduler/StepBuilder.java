package dev.javelin.scheduler;

import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.SlotOp;
import dev.javelin.backend.StepPlan;
import dev.javelin.kvcache.BlockTable;
import dev.javelin.ownership.EngineThread;
import java.util.ArrayList;
import java.util.List;

/** Collects one step's rows and slot changes. Confined to the engine thread; used once. */
@EngineThread
final class StepBuilder {
    private final List<SlotOp> slotOps = new ArrayList<>();
    private final List<PlanRow> rows = new ArrayList<>();
    private final List<Sequence> sequences = new ArrayList<>();
    private final List<PlannedStep.Admission> admitted = new ArrayList<>();
    private final int budgetTokens;
    private int tokenCount;

    StepBuilder(int budgetTokens) {
        this.budgetTokens = budgetTokens;
    }

    int remainingTokens() {
        return budgetTokens - tokenCount;
    }

    void addAdmission(Sequence sequence, int cachedTokens) {
        admitted.add(new PlannedStep.Admission(sequence, cachedTokens));
    }

    void addInit(Sequence sequence, int cachedTokens) {
        SequenceRequest request = sequence.request();
        slotOps.add(new SlotOp.Init(
                sequence.slotId(),
                request.sequenceId(),
                cachedTokens,
                request.sampling(),
                sequence.tokenIds(),
                request.promptTokenIds().length,
                sequence.answerTokens()));
    }

    /** Tells the slot of the blocks that its tables got from an index on. */
    void addBlocks(Sequence sequence, int firstBlockIndex) {
        List<BlockTable> tables = sequence.blocks().tables();
        for (int group = 0; group < tables.size(); group++) {
            BlockTable table = tables.get(group);
            if (table.blockCount() > firstBlockIndex) {
                slotOps.add(new SlotOp.AppendBlocks(
                        sequence.slotId(), group, firstBlockIndex, table.blockIdsFrom(firstBlockIndex)));
            }
        }
    }

    /** Adds a span of the sequence's unplanned tokens, as many as the budget holds. */
    void addRow(Sequence sequence) {
        int spanTokens = Math.min(sequence.unplannedTokens(), remainingTokens());
        boolean samples = spanTokens == sequence.unplannedTokens();
        RowInput input = sequence.readsLastSampled()
                ? RowInput.LAST_SAMPLED
                : new RowInput.HostTokens(sequence.tokenIds(), sequence.plannedTokens());
        rows.add(new PlanRow(
                sequence.request().sequenceId(),
                sequence.slotId(),
                input,
                spanTokens,
                samples,
                sequence.scoredBy(spanTokens),
                false,
                0));
        sequences.add(sequence);
        tokenCount += spanTokens;
        sequence.plan(spanTokens, samples);
    }

    PlannedStep build(long stepId) {
        int[] epochs = sequences.stream().mapToInt(Sequence::epoch).toArray();
        return new PlannedStep(new StepPlan(stepId, slotOps, rows, tokenCount), sequences, epochs, admitted);
    }
}
