package dev.javelin.cpu;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.backend.StepPlan;
import dev.javelin.backend.TinyModel;
import dev.javelin.generation.SamplingParams;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Prints how many bytes a decode step allocates once it is compiled: the mean over a whole round of positions, the
 * least of all rounds. Until C2 has compiled a kernel, its vectors are objects, so it goes on until that is over, or
 * for as long as even a machine that is busy with something else needs.
 */
final class DecodeAllocation {
    private static final long MOST_NANOS = 60_000_000_000L;
    private static final int LEAST_ROUNDS = 100;
    private static final int ROUND_STEPS = 100;
    private static final int ENOUGH_BYTES = 4096;

    private DecodeAllocation() {}

    public static void main(String[] args) {
        SlotSampling greedy = new SlotSampling(SamplingParams.GREEDY, 0, 0, 0, new int[0], null, null);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (CpuModelRunner runner = CpuModelRunner.create(
                TinyModel.PLAIN.load(1), new CpuSettings(1, 4, 64, 32, 1 << 20, CacheFormat.F16))) {
            int[] prompt = {1, 2, 3};
            List<PlanRow> decode = List.of(row(RowInput.LAST_SAMPLED, 1));
            List<SlotOp> start = List.of(
                    new SlotOp.Init(0, 0, 0, greedy, prompt, 3, 0),
                    new SlotOp.AppendBlocks(0, 0, 0, new int[] {3, 1, 2, 0, 5, 4}));
            finish(runner.launch(new StepPlan(0, start, List.of(row(new RowInput.HostTokens(prompt, 0), 3)), 3)));
            long least = Long.MAX_VALUE;
            long started = System.nanoTime();
            int stepId = 1;
            for (int round = 0;
                    round < LEAST_ROUNDS || (least > ENOUGH_BYTES && System.nanoTime() - started < MOST_NANOS);
                    round++) {
                long bytes = 0;
                for (int i = 0; i < ROUND_STEPS; i++) {
                    List<SlotOp> rewind = i == 0 ? List.of(new SlotOp.Truncate(0, 3)) : List.of();
                    StepPlan plan = new StepPlan(stepId++, rewind, decode, 1);
                    long before = threads.getCurrentThreadAllocatedBytes();
                    finish(runner.launch(plan));
                    bytes += threads.getCurrentThreadAllocatedBytes() - before;
                }
                least = Math.min(least, bytes / ROUND_STEPS);
            }
            System.out.println(least);
        }
    }

    private static PlanRow row(RowInput input, int tokens) {
        return new PlanRow(0, 0, input, tokens, true, PlanRow.NO_SCORES, false, 0);
    }

    private static void finish(PendingStep step) {
        step.sample(List.of());
        step.await();
    }
}
