package dev.javelin.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.backend.StepPlan;
import dev.javelin.backend.TinyModel;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.SamplingParams;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What the runner refuses, plans and allocates. */
class CpuLimitsTest {
    @Test
    void refusesSettingsByName() {
        JavelinException threads =
                assertThrows(JavelinException.class, () -> new CpuSettings(0, 1, 1, 32, 1 << 20, CacheFormat.F32));
        assertEquals("cpu.threads", threads.field());
        JavelinException block =
                assertThrows(JavelinException.class, () -> new CpuSettings(1, 1, 1, 48, 1 << 20, CacheFormat.F32));
        assertEquals("cpu.block-tokens", block.field());
        assertEquals(ErrorCode.INVALID_SETTING, block.code());
    }

    @Test
    void refusesACacheThatHoldsNoBlock() {
        LoadedModel model = TinyModel.PLAIN.load(1);
        CpuSettings settings = new CpuSettings(1, 1, 8, 32, 100, CacheFormat.F32);
        JavelinException thrown = assertThrows(JavelinException.class, () -> CpuModelRunner.create(model, settings));
        assertEquals(ErrorCode.OUT_OF_MEMORY, thrown.code());
    }

    @Test
    void refusesAModelWhoseCacheGroupsDoNotFitItsLayers() {
        LoadedModel model = TinyModel.PLAIN.load(1);
        ModelSpec spec = model.spec();
        ModelSpec wrong = new ModelSpec(
                spec.architecture(),
                spec.name(),
                spec.vocabularyTokens(),
                spec.hiddenSize(),
                spec.contextTokens(),
                spec.layers(),
                spec.outputNorm(),
                spec.tiedHead(),
                List.of(new CacheGroup(0, List.of(0), 2, 16, null)));
        CpuSettings settings = new CpuSettings(1, 1, 8, 32, 1 << 20, CacheFormat.F32);
        JavelinException thrown = assertThrows(
                JavelinException.class, () -> CpuModelRunner.create(new LoadedModel(wrong, model.weights()), settings));
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, thrown.code());
        assertTrue(thrown.reason().contains("layer 1"), thrown.reason());
    }

    @Test
    void plansAQuarterOfFreeMemoryOrEightContexts() {
        ModelSpec spec = TinyModel.PLAIN.spec();
        long tokenBytes = KvBudget.bytesPerToken(spec, CacheFormat.F16);
        assertEquals(2L * 2 * 2 * 16 * 2, tokenBytes);
        long eight = 8L * TinyModel.CONTEXT_TOKENS * tokenBytes;
        assertEquals(eight, KvBudget.defaultBytes(spec, CacheFormat.F16, 1L << 40));
        assertEquals(1000, KvBudget.defaultBytes(spec, CacheFormat.F16, 4000));
    }

    @Test
    void namesWhereMemoryGoes() {
        try (CpuModelRunner runner = CpuModelRunner.create(
                TinyModel.PLAIN.load(1), new CpuSettings(2, 4, 64, 32, 1 << 20, CacheFormat.F32))) {
            assertEquals(
                    List.of("weights (mapped)", "KV cache", "workspace"),
                    runner.description().memoryPlan().stream()
                            .map(use -> use.purpose())
                            .toList());
            assertEquals(
                    runner.description().cachePlans().getFirst().totalBytes(),
                    runner.description().memoryPlan().get(1).bytes());
        }
    }

    @Test
    void decodingAllocatesLessThanFourKilobytesAToken() {
        SlotSampling greedy = new SlotSampling(SamplingParams.GREEDY, 0, 0, 0, new int[0], null, null);
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (CpuModelRunner runner = CpuModelRunner.create(
                TinyModel.PLAIN.load(1), new CpuSettings(1, 4, 64, 32, 1 << 20, CacheFormat.F16))) {
            int[] prompt = {1, 2, 3};
            List<PlanRow> rows =
                    List.of(new PlanRow(0, 0, RowInput.LAST_SAMPLED, 1, true, PlanRow.NO_SCORES, false, 0));
            List<SlotOp> start = new ArrayList<>();
            start.add(new SlotOp.Init(0, 0, 0, greedy, prompt, 3, 0));
            start.add(new SlotOp.AppendBlocks(0, 0, 0, new int[] {3, 1, 2, 0, 5, 4}));
            finish(runner.launch(new StepPlan(
                    0,
                    start,
                    List.of(new PlanRow(
                            0, 0, new RowInput.HostTokens(prompt, 0), 3, true, PlanRow.NO_SCORES, false, 0)),
                    3)));
            // until C2 has compiled the kernels, vectors are objects: rewind and repeat until they are not
            long[] allocated = new long[4000];
            for (int i = 0; i < allocated.length && (i < 50 || allocated[i - 1] > 4096); i++) {
                List<SlotOp> rewind = i % 100 == 99 ? List.of(new SlotOp.Truncate(0, 4)) : List.of();
                StepPlan plan = new StepPlan(i + 1, rewind, rows, 1);
                long before = threads.getCurrentThreadAllocatedBytes();
                finish(runner.launch(plan));
                allocated[i] = threads.getCurrentThreadAllocatedBytes() - before;
            }
            long least =
                    LongStream.of(allocated).filter(bytes -> bytes > 0).min().orElseThrow();
            assertTrue(least <= 4096, "a decode step allocates " + least + " bytes");
        }
    }

    private static void finish(PendingStep step) {
        step.sample(List.of());
        step.await();
    }
}
