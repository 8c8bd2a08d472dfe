package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.Map;

/** Copies a cache block in every layer of a group ({@code copy_blocks.cu}). Confined to the engine thread. */
public final class CopyBlocksKernel implements AutoCloseable {
    /** What is compiled. */
    public static final KernelSource SOURCE = new KernelSource("copy_blocks.cu", Map.of());

    private static final int THREADS = 256;
    private static final int PIECE_BYTES = 16;

    private final CudaModule module;
    private final CudaFunction function;
    private final KernelArguments arguments = new KernelArguments();

    /** Compiles the kernel, or takes it from the cache. */
    public CopyBlocksKernel(KernelCompiler compiler) {
        module = compiler.compile(SOURCE);
        function = module.function("copy_blocks");
    }

    /**
     * Enqueues.
     *
     * @param stream where
     * @param caches addresses of the group's keys and values, 64-bit, one after another
     * @param fromBlockId block that is read
     * @param toBlockId block that is written
     * @param blockBytes bytes of a block in one of the caches, a multiple of 16
     */
    public void launch(CudaStream stream, DeviceBuffer caches, int fromBlockId, int toBlockId, long blockBytes) {
        if (blockBytes % PIECE_BYTES != 0) {
            throw new IllegalArgumentException("a block of " + blockBytes + " bytes is no multiple of " + PIECE_BYTES);
        }
        arguments
                .reset()
                .pointer(caches.address())
                .int32(fromBlockId)
                .int32(toBlockId)
                .int32(Math.toIntExact(blockBytes / PIECE_BYTES));
        function.launch(stream, LaunchShape.of(Math.toIntExact(caches.bytes() / Long.BYTES), THREADS), arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
