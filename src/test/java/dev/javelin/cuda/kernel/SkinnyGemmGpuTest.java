package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class SkinnyGemmGpuTest {
    private static final long ARENA_BYTES = 1L << 30;
    private static final int[] ROWS = {1, 2, 5, 8, 9, 16, 33, 64};

    @Test
    void equalsItsSlowTwinAtTheSizesOfATinyModel() {
        List<SkinnyShape> shapes = List.of(
                SkinnyShape.elements(128, 64),
                SkinnyShape.residual(64, 96),
                SkinnyShape.gated(96, 64, Activation.GELU_TANH),
                SkinnyShape.floats(203, 64));
        shapes.forEach(shape -> equalsItsSlowTwin(shape, ROWS));
    }

    @Test
    void equalsItsSlowTwinAtTheSizesOfASmallModel() {
        List<SkinnyShape> shapes = List.of(
                SkinnyShape.elements(960, 576),
                SkinnyShape.residual(576, 1536),
                SkinnyShape.gated(1536, 576, Activation.SILU),
                SkinnyShape.floats(49_152, 576));
        shapes.forEach(shape -> equalsItsSlowTwin(shape, ROWS));
    }

    @Test
    void equalsItsSlowTwinAtTheSizesOfALargeModel() {
        equalsItsSlowTwin(SkinnyShape.elements(6144, 4096), new int[] {1, 8, 13, 64});
        equalsItsSlowTwin(SkinnyShape.residual(4096, 14_336), new int[] {1, 4, 5, 8, 32});
        equalsItsSlowTwin(SkinnyShape.gated(3000, 4096, Activation.SILU), new int[] {3, 17, 40});
        equalsItsSlowTwin(SkinnyShape.floats(12_345, 4096), new int[] {1, 7, 24});
    }

    @Test
    void normsItsInputAsTheNormKernelDoes() {
        for (int inputs : new int[] {64, 576, 2312, 4096, 8192}) {
            withGemm((work, gemms) -> normsAsTheNormKernel(work, gemms, SkinnyShape.floats(300, inputs)));
        }
    }

    @Test
    void aRowHasTheSameBitsAloneAndAmongOthers() {
        withGemm((work, gemms) -> {
            SkinnyShape shape = SkinnyShape.residual(500, 14_336);
            SkinnyTrial trial = new SkinnyTrial(work, gemms.fill(), gemms.type(), shape, 64);
            try (SkinnyProduct product = gemms.gemm().product(shape, 64)) {
                for (int[] fewAndMany : new int[][] {{1, 4}, {5, 8}, {9, 16}, {17, 32}, {33, 64}}) {
                    int few = fewAndMany[0];
                    int[] many = trial.run(product, 0, fewAndMany[1]);
                    int[] expected = Arrays.copyOf(many, few * shape.outputs());
                    assertArrayEquals(expected, trial.run(product, 0, few), () -> few + " rows");
                }
            }
        });
    }

    /** A chain in a graph, where each kernel starts before the one before it has ended, gives what waiting gives. */
    @Test
    void chainsWithoutWaitingForTheHost() {
        withGemm((work, gemms) -> {
            SkinnyShape shape = SkinnyShape.elements(2048, 2048);
            RandomOperand first = RandomOperand.of(work, gemms.fill(), gemms.type(), 64L * 2048, 1, 21);
            RandomOperand weights = RandomOperand.of(work, gemms.fill(), gemms.type(), 2048L * 2048, 0.022f, 22);
            DeviceBuffer[] chain = {work.poisoned(64 * 4096), work.poisoned(64 * 4096)};
            try (SkinnyProduct product = gemms.gemm().product(shape, 64)) {
                for (int rows : ROWS) {
                    work.stream().synchronize();
                    short[] waited = runChain(work, product, first, weights, chain, rows, true);
                    try (CudaGraph graph = work.stream()
                                    .capture(() -> enqueueChain(work, product, first, weights, chain, rows, false));
                            CudaGraphExec exec = graph.instantiate()) {
                        for (int replay = 0; replay < 10; replay++) {
                            exec.launch(work.stream());
                        }
                        assertArrayEquals(waited, work.download(chain[1]), () -> rows + " rows");
                    }
                }
            }
        });
    }

    private static short[] runChain(
            DeviceWork work,
            SkinnyProduct product,
            RandomOperand first,
            RandomOperand weights,
            DeviceBuffer[] chain,
            int rows,
            boolean waits) {
        enqueueChain(work, product, first, weights, chain, rows, waits);
        return work.download(chain[1]);
    }

    private static void enqueueChain(
            DeviceWork work,
            SkinnyProduct product,
            RandomOperand first,
            RandomOperand weights,
            DeviceBuffer[] chain,
            int rows,
            boolean waits) {
        DeviceCopies.deviceToDevice(
                work.stream(), chain[1], first.buffer(), first.buffer().bytes());
        for (int link = 0; link < 12; link++) {
            product.launch(work.stream(), chain[(link + 1) % 2], weights.buffer(), chain[link % 2], rows);
            if (waits) {
                work.stream().synchronize();
            }
        }
    }

    private static void normsAsTheNormKernel(DeviceWork work, Gemms gemms, SkinnyShape shape) {
        int rows = Math.min(8, SkinnyGemm.maxNormedRows(work.device().properties(), shape.inputs()));
        SkinnyTrial trial = new SkinnyTrial(work, gemms.fill(), gemms.type(), shape, rows);
        DeviceBuffer normed = work.poisoned(shape.inputBytes(rows));
        try (NormKernel norm = new NormKernel(work.compiler(), gemms.type(), NormKernel.Kind.RMS, shape.inputs());
                SkinnyProduct plain = gemms.gemm().product(shape, rows);
                SkinnyProduct fused = gemms.gemm().product(shape.normed(), rows)) {
            norm.norm(work.stream(), trial.x(), trial.norm(), normed, rows);
            assertArrayEquals(trial.run(plain, normed, 0, rows), trial.run(fused, 0, rows), shape::toString);
        }
    }

    private static void equalsItsSlowTwin(SkinnyShape shape, int[] rowCounts) {
        withGemm((work, gemms) -> {
            int normedRows = SkinnyGemm.maxNormedRows(work.device().properties(), shape.inputs());
            for (int rows : rowCounts) {
                check(work, gemms, shape, rows);
                if (rows <= normedRows) {
                    check(work, gemms, shape.normed(), rows);
                }
            }
        });
    }

    private static void check(DeviceWork work, Gemms gemms, SkinnyShape shape, int rows) {
        SkinnyTrial trial = new SkinnyTrial(work, gemms.fill(), gemms.type(), shape, rows);
        try (SkinnyProduct product = gemms.gemm().product(shape, rows)) {
            int[] bits = trial.run(product, 0, rows);
            double error = trial.error(bits);
            assertTrue(
                    error < trial.tolerance(),
                    () -> gemms.type() + ", " + gemms.tuning() + ", " + shape + ", " + rows + " rows: off by " + error);
            assertArrayEquals(bits, trial.run(product, 0, rows), () -> shape + " differs from run to run");
        }
    }

    /** Runs for both element types and both ways of copying, in fresh memory each time. */
    private static void withGemm(BiConsumer<DeviceWork, Gemms> test) {
        for (ElementType type : ElementType.values()) {
            for (boolean bulk : new boolean[] {true, false}) {
                try (DeviceWork work = DeviceWork.open(ARENA_BYTES);
                        RandomFillKernel fill = new RandomFillKernel(work.compiler(), type)) {
                    DeviceProperties device = work.device().properties();
                    SkinnyTuning tuning = new SkinnyTuning(
                            bulk && SkinnyTuning.of(device).bulk(),
                            SkinnyTuning.of(device).stages(),
                            true);
                    DeviceBuffer workspace = work.poisoned(SkinnyGemm.workspaceBytes(device));
                    SkinnyGemm gemm = new SkinnyGemm(work.compiler(), type, device, workspace, work.stream(), tuning);
                    test.accept(work, new Gemms(type, tuning, fill, gemm));
                }
            }
        }
    }

    private record Gemms(ElementType type, SkinnyTuning tuning, RandomFillKernel fill, SkinnyGemm gemm) {}
}
