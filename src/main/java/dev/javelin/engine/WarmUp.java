package dev.javelin.engine;

import dev.javelin.backend.CachePlan;
import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.backend.StepPlan;
import dev.javelin.generation.SamplingParams;
import dev.javelin.ownership.EngineThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Runs made-up steps while nobody has asked for anything yet, so that the first request meets compiled code: a JVM's
 * first long prompt otherwise takes several times as long. Confined to the engine thread.
 *
 * <p>It writes into blocks that nobody holds, so it must stop for good before the first request is planned. A step is
 * short, since a request that arrives meanwhile waits for it.
 */
@EngineThread
final class WarmUp {
    private static final int PROMPT_TOKENS = 96;
    private static final int[] NONE = {};

    private final ModelRunner runner;
    private final long budgetNanos;
    private final int slotCount;
    private final int promptTokens;
    private long usedNanos;
    private int stepCount;

    /**
     * A warm-up of bounded length.
     *
     * @param runner runs the steps
     * @param budgetNanos time after which it is over; 0 for none
     */
    WarmUp(ModelRunner runner, long budgetNanos) {
        this.runner = runner;
        this.budgetNanos = budgetNanos;
        RunnerDescription description = runner.description();
        int blockTokens = description.cachePlans().stream()
                .mapToInt(CachePlan::blockTokens)
                .min()
                .orElse(1);
        int blockCount = description.cachePlans().stream()
                .mapToInt(CachePlan::blockCount)
                .min()
                .orElse(0);
        this.slotCount = Math.min(4, Math.min(description.maxSlots(), blockCount));
        this.promptTokens = Math.min(
                Math.min(PROMPT_TOKENS, description.maxStepTokens()),
                Math.min(
                                blockTokens * (blockCount / Math.max(1, slotCount)),
                                description.spec().contextTokens())
                        - 1);
    }

    /** Whether there is more to do. */
    boolean isOver() {
        return usedNanos >= budgetNanos || slotCount == 0 || promptTokens < 1;
    }

    /** Ends it: a request is there. */
    void stop() {
        usedNanos = Math.max(usedNanos, budgetNanos);
    }

    /**
     * One step: a prompt, a token of one sequence, or a token of several.
     *
     * @param nanoClock monotonic time
     */
    void step(LongSupplier nanoClock) {
        long startNanos = nanoClock.getAsLong();
        int kind = stepCount % 3;
        int rows = kind == 2 ? slotCount : 1;
        int tokens = kind == 0 ? promptTokens : 1;
        PendingStep pending = runner.launch(plan(rows, tokens));
        pending.sample(List.of());
        pending.await();
        stepCount++;
        usedNanos += nanoClock.getAsLong() - startNanos;
    }

    private StepPlan plan(int rowCount, int tokenCount) {
        int vocabulary = runner.description().spec().vocabularyTokens();
        int[] tokens = IntStream.range(0, tokenCount)
                .map(i -> (31 * i + stepCount) % vocabulary)
                .toArray();
        SamplingParams sampled = new SamplingParams(1, 40, 0.9, 0, 1, 0, 0, Map.of(), null);
        SlotSampling sampling = new SlotSampling(sampled, stepCount, 0, 0, NONE, null, null);
        List<SlotOp> ops = new ArrayList<>();
        List<PlanRow> rows = new ArrayList<>();
        for (int slot = 0; slot < rowCount; slot++) {
            ops.add(new SlotOp.Init(slot, slot, 0, sampling, tokens, tokenCount, 0));
            int firstBlock = slot;
            for (CachePlan plan : runner.description().cachePlans()) {
                int blocks = (tokenCount + plan.blockTokens() - 1) / plan.blockTokens();
                int[] ids = IntStream.range(0, blocks)
                        .map(block -> firstBlock + block * rowCount)
                        .toArray();
                ops.add(new SlotOp.AppendBlocks(slot, plan.group().id(), 0, ids));
            }
            rows.add(new PlanRow(
                    slot, slot, new RowInput.HostTokens(tokens, 0), tokenCount, true, PlanRow.NO_SCORES, false, 0));
        }
        return new StepPlan(stepCount, ops, rows, rowCount * tokenCount);
    }
}
