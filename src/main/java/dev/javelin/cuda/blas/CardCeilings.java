package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.CudaDevice;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import java.time.Duration;
import java.util.List;

/**
 * What the card can do at best, measured: the ceilings that a runner's speed is a share of. Immutable.
 *
 * @param readBytesPerSecond a kernel that reads memory far larger than L2 once
 * @param copyBytesPerSecond a copy within the device; bytes read and bytes written both count
 * @param gemmFlopsPerSecond bf16 products of {@code gemmSide} cubed with f32 sums, on random numbers (zeros are faster,
 *     since they take less power)
 * @param gemmSide rows and columns of the matrices
 */
public record CardCeilings(
        double readBytesPerSecond, double copyBytesPerSecond, double gemmFlopsPerSecond, int gemmSide) {
    private static final long LARGEST_STREAM_BYTES = 4L << 30;
    private static final long SMALLEST_STREAM_BYTES = 64L << 20;
    private static final int LARGEST_GEMM_SIDE = 8192;
    private static final int SMALLEST_GEMM_SIDE = 1024;
    private static final Duration TUNING_LIMIT = Duration.ofSeconds(10);

    /**
     * Measures on the device, which must be current and idle; takes a few seconds and at most half of its free memory.
     *
     * @throws dev.javelin.error.JavelinException OUT_OF_MEMORY if not even small matrices fit
     */
    public static CardCeilings measure(CudaDevice device, KernelCompiler compiler) {
        long budgetBytes = device.memory().freeBytes() / 2;
        long streamBytes = Math.max(SMALLEST_STREAM_BYTES, Math.min(LARGEST_STREAM_BYTES, budgetBytes & -(1L << 20)));
        try (CudaStream stream = CudaStream.create();
                StreamingSpeed streaming = new StreamingSpeed(stream, compiler, device.properties(), streamBytes)) {
            double readRate = streaming.readBytesPerSecond();
            double copyRate = streaming.copyBytesPerSecond();
            int side = gemmSide(streamBytes);
            return new CardCeilings(readRate, copyRate, gemmFlopsPerSecond(stream, streaming.memory(), side), side);
        }
    }

    /** The largest power of two whose three matrices fit. */
    private static int gemmSide(long bytes) {
        int side = LARGEST_GEMM_SIDE;
        while (side > SMALLEST_GEMM_SIDE && 3L * side * side * Short.BYTES > bytes) {
            side /= 2;
        }
        return side;
    }

    private static double gemmFlopsPerSecond(CudaStream stream, DeviceBuffer memory, int side) {
        MatmulShape shape = MatmulShape.of(side, side, side);
        DeviceBuffer x = memory.slice(0, shape.xBytes());
        DeviceBuffer w = memory.slice(shape.xBytes(), shape.wBytes());
        DeviceBuffer y = memory.slice(shape.xBytes() + shape.wBytes(), shape.yBytes());
        RandomElements.fill(stream, memory.slice(0, shape.xBytes() + shape.wBytes()));
        try (DeviceArena arena = DeviceArena.reserve(Matmuls.WORKSPACE_BYTES, "cuBLAS workspace");
                Matmuls matmuls =
                        new Matmuls(false, arena.take(Matmuls.WORKSPACE_BYTES, "workspace"), MatmulChoices.none())) {
            MatmulPlan plan = matmuls.tune(stream, shape, x, List.of(w), y, TUNING_LIMIT);
            double seconds = StreamTimer.medianSeconds(stream, () -> matmuls.run(stream, plan, x, w, y));
            return shape.flops() / seconds;
        }
    }
}
