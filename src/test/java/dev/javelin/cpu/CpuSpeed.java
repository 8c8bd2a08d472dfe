package dev.javelin.cpu;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.backend.StepPlan;
import dev.javelin.generation.SamplingParams;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.architecture.GgufModels;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures the CPU runner on a real model: arguments are the GGUF file, threads and rounds. Each round times a prompt
 * of 512 tokens, 96 steps of one sequence and 48 steps of eight; printed are tokens a second of each round, by wall
 * clock and by the process's CPU time, which other load on the machine disturbs less.
 */
public final class CpuSpeed {
    private static final int PROMPT_TOKENS = 512;
    private static final int SHORT_PROMPT_TOKENS = 32;
    private static final SlotSampling GREEDY = new SlotSampling(SamplingParams.GREEDY, 0, 0, 0, new int[0], null, null);

    private final CpuModelRunner runner;
    private long stepId;

    private CpuSpeed(CpuModelRunner runner) {
        this.runner = runner;
    }

    /** Runs the benchmark. */
    public static void main(String[] args) {
        PrintStream out = System.out;
        int threads = Integer.parseInt(args[1]);
        int rounds = Integer.parseInt(args[2]);
        try (LoadedModel model = GgufModels.open(Path.of(args[0]));
                CpuModelRunner runner = CpuModelRunner.create(
                        model, new CpuSettings(threads, 8, PROMPT_TOKENS, 32, 512L << 20, CacheFormat.F16))) {
            out.println(runner.description().deviceName() + " "
                    + runner.description().memoryPlan());
            CpuSpeed speed = new CpuSpeed(runner);
            for (int round = 0; round < rounds; round++) {
                double[] prefill = time(PROMPT_TOKENS, 1, () -> speed.prefill(0, PROMPT_TOKENS));
                speed.prefill(0, SHORT_PROMPT_TOKENS);
                double[] one = time(1, 96, () -> speed.decode(1));
                for (int slot = 0; slot < 8; slot++) {
                    speed.prefill(slot, SHORT_PROMPT_TOKENS);
                }
                double[] eight = time(8, 48, () -> speed.decode(8));
                out.printf(
                        Locale.ROOT,
                        "wall: prefill %.1f  decode %.1f  eight %.1f   cpu: prefill %.1f  decode %.1f  eight %.1f%n",
                        prefill[0],
                        one[0],
                        eight[0],
                        prefill[1],
                        one[1],
                        eight[1]);
            }
        }
    }

    private static double[] time(int tokens, int times, Runnable work) {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long cpu = system.getProcessCpuTime();
        long wall = System.nanoTime();
        for (int i = 0; i < times; i++) {
            work.run();
        }
        double wallSeconds = (System.nanoTime() - wall) * 1e-9;
        double cpuSeconds = (system.getProcessCpuTime() - cpu) * 1e-9;
        return new double[] {tokens * times / wallSeconds, tokens * times / cpuSeconds};
    }

    private void prefill(int slot, int tokens) {
        int[] ids = IntStream.range(0, tokens)
                .map(i -> i * 7919 % 40_000 + 100 + slot)
                .toArray();
        int[] blocks = IntStream.range(slot * 24, slot * 24 + 24).toArray();
        List<SlotOp> ops = List.of(
                new SlotOp.Init(slot, slot, 0, GREEDY, ids, tokens, 0), new SlotOp.AppendBlocks(slot, 0, 0, blocks));
        run(ops, List.of(row(slot, new RowInput.HostTokens(ids, 0), tokens)), tokens);
    }

    private void decode(int sequences) {
        List<PlanRow> rows = new ArrayList<>();
        for (int slot = 0; slot < sequences; slot++) {
            rows.add(row(slot, RowInput.LAST_SAMPLED, 1));
        }
        run(List.of(), rows, sequences);
    }

    private static PlanRow row(int slot, RowInput input, int tokens) {
        return new PlanRow(slot, slot, input, tokens, true, PlanRow.NO_SCORES, false, 0);
    }

    private void run(List<SlotOp> ops, List<PlanRow> rows, int tokens) {
        PendingStep step = runner.launch(new StepPlan(stepId++, ops, rows, tokens));
        step.sample(List.of());
        step.await();
    }
}
