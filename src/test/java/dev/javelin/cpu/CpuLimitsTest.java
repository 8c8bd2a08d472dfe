package dev.javelin.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.MemoryUse;
import dev.javelin.backend.RunnerHarness;
import dev.javelin.backend.TinyModel;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.architecture.RandomWeights;
import dev.javelin.model.architecture.WeightShapes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
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
    void randomWeightsAreMadeInMemoryUpToALimit() {
        ModelSpec spec = TinyModel.PLAIN.spec();
        CpuSettings settings = new CpuSettings(2, 1, 64, 32, 1 << 20, CacheFormat.F32);
        try (LoadedModel model = RandomWeights.model(spec, WeightFormat.BF16);
                CpuModelRunner runner = CpuModelRunner.create(model, settings)) {
            long weightBytes = 2
                    * WeightShapes.of(spec).values().stream()
                            .mapToLong(shape -> shape.rows() * shape.columns())
                            .sum();
            assertEquals(
                    new MemoryUse("weights (random)", weightBytes),
                    runner.description().memoryPlan().getFirst());
            RunnerHarness harness = new RunnerHarness(runner, 1);
            RunnerHarness.Sequence sequence = harness.start(0, RunnerHarness.GREEDY, 1, 2, 3);
            harness.feed(sequence, 3, true);
            harness.step();
            assertEquals(4, sequence.tokens().length);
        }
        ModelSpec wide = new ModelSpec(
                spec.architecture(),
                spec.name(),
                1 << 26,
                spec.hiddenSize(),
                spec.contextTokens(),
                spec.layers(),
                spec.outputNorm(),
                spec.tiedHead(),
                spec.cacheGroups());
        JavelinException thrown = assertThrows(
                JavelinException.class,
                () -> CpuModelRunner.create(RandomWeights.model(wide, WeightFormat.BF16), settings));
        assertEquals(ErrorCode.OUT_OF_MEMORY, thrown.code());
        assertTrue(thrown.reason().contains("4294967296"), thrown.reason());
    }

    @Test
    void decodingAllocatesLessThanFourKilobytesAToken() throws IOException, InterruptedException {
        // in a JVM of its own: coverage probes in the kernels break C2's inlining, and vectors become objects
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DecodeAllocation.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        String last = output.lines().reduce((first, second) -> second).orElseThrow();
        assertTrue(Long.parseLong(last) <= 4096, "a decode step allocates " + last + " bytes");
    }
}
