package dev.javelin.cuda.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.OpenGpu;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("gpu")
class MatmulsGpuTest {
    private static final long SEED = 20_261_125;

    /** Largest error of a row for outputs rounded to bf16 or f16, and for f32 sums of up to some thousand products. */
    private static final double BF16_ERROR = 1.0 / 256;

    private static final double F16_ERROR = 1.0 / 2048;
    private static final double F32_ERROR = 1e-4;

    private static OpenGpu gpu;
    private static DeviceArena arena;
    private static DeviceBuffer workspace;

    @BeforeAll
    static void open() {
        gpu = OpenGpu.open();
        arena = DeviceArena.reserve(Matmuls.WORKSPACE_BYTES, "workspace");
        workspace = arena.take(Matmuls.WORKSPACE_BYTES, "workspace");
    }

    @AfterAll
    static void close() {
        arena.close();
        gpu.close();
    }

    @Test
    void multipliesAsInDoublePrecision() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<MatmulShape> shapes = List.of(
                MatmulShape.of(1, 64, 64),
                MatmulShape.of(1, 576, 1536),
                MatmulShape.of(2, 257, 128),
                MatmulShape.of(3, 960, 576),
                MatmulShape.of(7, 192, 200),
                MatmulShape.of(17, 1536, 576),
                MatmulShape.of(33, 130, 72),
                MatmulShape.of(129, 256, 320));
        for (boolean f16 : new boolean[] {false, true}) {
            try (Matmuls matmuls = new Matmuls(f16, workspace, MatmulChoices.none())) {
                for (MatmulShape shape : shapes) {
                    for (MatmulShape variant : List.of(
                            shape,
                            shape.toF32(),
                            shape.accumulating(),
                            shape.toF32().accumulating())) {
                        try (MatmulCase product = new MatmulCase(gpu.stream(), variant, f16, random.split())) {
                            matmuls.run(gpu.stream(), matmuls.plan(variant), product.x(), product.w(), product.y());
                            assertClose(product, f16);
                        }
                    }
                }
            }
        }
    }

    @Test
    void givesTheSameInsideAGraph() {
        MatmulShape shape = MatmulShape.of(8, 512, 256).toF32().accumulating();
        try (Matmuls matmuls = new Matmuls(false, workspace, MatmulChoices.none());
                MatmulCase product = new MatmulCase(gpu.stream(), shape, false, new SplittableRandom(SEED))) {
            MatmulPlan plan = matmuls.plan(shape);
            matmuls.run(gpu.stream(), plan, product.x(), product.w(), product.y());
            product.reset(gpu.stream());
            CudaStream stream = gpu.stream();
            try (CudaGraph graph =
                            stream.capture(() -> matmuls.run(stream, plan, product.x(), product.w(), product.y()));
                    CudaGraphExec exec = graph.instantiate()) {
                assertTrue(graph.nodeCount() >= 1);
                exec.launch(stream);
                assertClose(product, false);
            }
        }
    }

    @Test
    void tunesOnceForAllLaterRuns(@TempDir Path folder) throws IOException {
        MatmulShape shape = MatmulShape.of(16, 1024, 512);
        try (MatmulCase product = new MatmulCase(gpu.stream(), shape, false, new SplittableRandom(SEED))) {
            MatmulAlgorithm tuned;
            MatmulChoices choices = MatmulChoices.in(folder, gpu.device().properties());
            try (Matmuls matmuls = new Matmuls(false, workspace, choices)) {
                assertFalse(matmuls.isTuned(shape));
                MatmulPlan plan = matmuls.tune(
                        gpu.stream(), shape, product.x(), List.of(product.w()), product.y(), Duration.ofSeconds(5));
                tuned = plan.algorithm();
                product.reset(gpu.stream());
                matmuls.run(gpu.stream(), plan, product.x(), product.w(), product.y());
                assertClose(product, false);
            }
            MatmulChoices later = MatmulChoices.in(folder, gpu.device().properties());
            try (Matmuls matmuls = new Matmuls(false, workspace, later)) {
                assertTrue(matmuls.isTuned(shape));
                assertFalse(matmuls.isTuned(shape.toF32()));
                assertEquals(tuned, matmuls.plan(shape).algorithm());
                product.reset(gpu.stream());
                matmuls.run(gpu.stream(), matmuls.plan(shape), product.x(), product.w(), product.y());
                assertClose(product, false);
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void refusesBuffersThatAreTooShortOrUnaligned() {
        MatmulShape shape = MatmulShape.of(4, 64, 64);
        try (Matmuls matmuls = new Matmuls(false, workspace, MatmulChoices.none());
                MatmulCase product = new MatmulCase(gpu.stream(), shape, false, new SplittableRandom(SEED))) {
            MatmulPlan plan = matmuls.plan(shape);
            DeviceBuffer shortY = product.y().slice(0, shape.yBytes() - 1);
            IllegalArgumentException tooShort = assertThrows(
                    IllegalArgumentException.class,
                    () -> matmuls.run(gpu.stream(), plan, product.x(), product.w(), shortY));
            assertEquals("y has 511 bytes, the kernel needs 512", tooShort.getMessage());
            DeviceBuffer oddX = new DeviceBuffer(product.x().address() + 2, shape.xBytes());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> matmuls.run(gpu.stream(), plan, oddX, product.w(), product.y()));
        }
    }

    private static void assertClose(MatmulCase product, boolean f16) {
        double limit = product.shape().outF32() ? F32_ERROR : f16 ? F16_ERROR : BF16_ERROR;
        double error = product.largestRowError(gpu.stream());
        assertTrue(error <= limit, () -> product.shape() + (f16 ? " f16" : " bf16") + ": error " + error);
    }
}
