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

/** Prints how many bytes a decode step allocates once it is compiled. */
final class DecodeAllocation {
    private static final int MOST_STEPS = 20_000;
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
            // until C2 has compiled the kernels, vectors are objects: rewind and repeat until they are not
            for (int i = 0; i < MOST_STEPS && least > ENOUGH_BYTES; i++) {
                List<SlotOp> rewind = i % 100 == 99 ? List.of(new SlotOp.Truncate(0, 4)) : List.of();
                StepPlan plan = new StepPlan(i + 1, rewind, decode, 1);
                long before = threads.getCurrentThreadAllocatedBytes();
                finish(runner.launch(plan));
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
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
