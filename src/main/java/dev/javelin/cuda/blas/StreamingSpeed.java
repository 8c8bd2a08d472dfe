package dev.javelin.cuda.blas;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.Map;

/** How fast the device reads and copies its memory. Confined to the stream's thread. */
final class StreamingSpeed implements AutoCloseable {
    private static final int BLOCK_THREADS = 256;
    private static final int VECTOR_BYTES = 16;

    /** Blocks for each multiprocessor that are tried; the fastest counts. */
    private static final int[] BLOCKS_PER_MULTIPROCESSOR = {4, 8, 16, 32};

    private final CudaStream stream;
    private final DeviceProperties device;
    private final CudaModule module;
    private final CudaFunction read;
    private final DeviceArena arena;
    private final DeviceBuffer memory;
    private final DeviceBuffer result;
    private final KernelArguments arguments = new KernelArguments();

    StreamingSpeed(CudaStream stream, KernelCompiler compiler, DeviceProperties device, long bytes) {
        this.stream = stream;
        this.device = device;
        this.module = compiler.compile(new KernelSource("read_bandwidth.cu", Map.of()));
        this.read = module.function("read_bandwidth");
        this.arena = DeviceArena.reserve(DeviceArena.alignedBytes(bytes) + Integer.BYTES, "measuring");
        this.memory = arena.take(bytes, "memory to read");
        this.result = arena.take(Integer.BYTES, "sum");
        DeviceCopies.fill(stream, memory, (byte) 1);
        DeviceCopies.fill(stream, result, (byte) 0);
    }

    /** What is read; its content does not matter afterwards. */
    DeviceBuffer memory() {
        return memory;
    }

    /** Where the sum of all words ends up, once for each run. */
    DeviceBuffer result() {
        return result;
    }

    double readBytesPerSecond() {
        double best = 0;
        for (int blocks : BLOCKS_PER_MULTIPROCESSOR) {
            LaunchShape shape = LaunchShape.of(blocks * device.multiprocessors(), BLOCK_THREADS);
            best = Math.max(best, memory.bytes() / StreamTimer.medianSeconds(stream, () -> read(shape)));
        }
        return best;
    }

    double copyBytesPerSecond() {
        long half = memory.bytes() / 2;
        DeviceBuffer from = memory.slice(0, half);
        DeviceBuffer to = memory.slice(half, half);
        return 2 * half / StreamTimer.medianSeconds(stream, () -> DeviceCopies.deviceToDevice(stream, to, from, half));
    }

    /** Enqueues one pass over the memory. */
    void read(LaunchShape shape) {
        read.launch(
                stream,
                shape,
                arguments
                        .reset()
                        .pointer(memory.address())
                        .int64(memory.bytes() / VECTOR_BYTES)
                        .pointer(result.address()));
    }

    @Override
    public void close() {
        arena.close();
        module.close();
    }
}
