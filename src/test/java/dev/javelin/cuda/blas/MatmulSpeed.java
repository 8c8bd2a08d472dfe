package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.OpenGpu;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Prints the card's ceilings, and for the matrices of an 8B model what a product takes: with the heuristic's first
 * algorithm, after tuning, and the share of the read ceiling that the tuned one reaches. Argument: most rows, default
 * 256.
 */
final class MatmulSpeed {
    private static final int[][] MATRICES = {{6144, 4096}, {4096, 4096}, {28_672, 4096}, {4096, 14_336}};
    private static final long WEIGHTS_BYTES = 512L << 20;

    private MatmulSpeed() {}

    public static void main(String[] arguments) {
        int mostRows = arguments.length == 0 ? 256 : Integer.parseInt(arguments[0]);
        try (OpenGpu gpu = OpenGpu.open()) {
            System.out.println(gpu.device().properties());
            CardCeilings ceilings = CardCeilings.measure(gpu.device(), gpu.compiler());
            System.out.printf(
                    "read %.2f TB/s, copy %.2f TB/s (both ways), bf16 %d^3 %.0f TFLOP/s%n",
                    ceilings.readBytesPerSecond() / 1e12,
                    ceilings.copyBytesPerSecond() / 1e12,
                    ceilings.gemmSide(),
                    ceilings.gemmFlopsPerSecond() / 1e12);
            try (DeviceArena arena = DeviceArena.reserve(WEIGHTS_BYTES + (512L << 20), "matrices");
                    Matmuls matmuls = new Matmuls(
                            false, arena.take(Matmuls.WORKSPACE_BYTES, "workspace"), MatmulChoices.none())) {
                DeviceBuffer weights = arena.take(WEIGHTS_BYTES, "weights");
                RandomElements.fill(gpu.stream(), weights);
                DeviceBuffer x = arena.take(64L << 20, "x");
                RandomElements.fill(gpu.stream(), x);
                DeviceBuffer y = arena.take(64L << 20, "y");
                for (int m = 1; m <= mostRows; m *= 2) {
                    for (int[] matrix : MATRICES) {
                        print(gpu, matmuls, MatmulShape.of(m, matrix[0], matrix[1]), x, weights, y, ceilings);
                    }
                }
            }
        }
    }

    private static void print(
            OpenGpu gpu,
            Matmuls matmuls,
            MatmulShape shape,
            DeviceBuffer x,
            DeviceBuffer weights,
            DeviceBuffer y,
            CardCeilings ceilings) {
        List<DeviceBuffer> layers = new ArrayList<>();
        for (long offset = 0; offset + shape.wBytes() <= weights.bytes(); offset += shape.wBytes()) {
            layers.add(weights.slice(offset, shape.wBytes()));
        }
        MatmulTuner tuner = new MatmulTuner(matmuls, gpu.stream(), x, layers, y);
        MatmulPlan plan = matmuls.plan(shape);
        double firstSeconds = tuner.secondsOf(plan);
        matmuls.tune(gpu.stream(), shape, x, layers, y, Duration.ofSeconds(2));
        double seconds = tuner.secondsOf(plan);
        double floorSeconds = Math.max(
                (double) shape.wBytes() / ceilings.readBytesPerSecond(), shape.flops() / ceilings.gemmFlopsPerSecond());
        System.out.printf(
                "m %4d n %6d k %6d: first %.1f us, tuned %.1f us, %.2f TB/s, %.0f TFLOP/s, %.0f%% of the ceiling%n",
                shape.m(),
                shape.n(),
                shape.k(),
                firstSeconds * 1e6,
                seconds * 1e6,
                shape.wBytes() / seconds / 1e12,
                shape.flops() / seconds / 1e12,
                100 * floorSeconds / seconds);
    }
}
