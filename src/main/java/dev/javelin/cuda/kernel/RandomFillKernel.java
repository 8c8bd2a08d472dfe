package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.model.WeightContent;

/** Makes random weights on the device ({@code random_fill.cu}). Confined to the thread that loads weights. */
public final class RandomFillKernel implements AutoCloseable {
    private static final int THREADS = 256;
    private static final int MOST_BLOCKS = 4096;

    private final CudaModule module;
    private final CudaFunction function;
    private final ElementType type;
    private final KernelArguments arguments = new KernelArguments();

    /** Compiles the kernel, or takes it from the cache. */
    public RandomFillKernel(KernelCompiler compiler, ElementType type) {
        this.type = type;
        module = compiler.compile(source(type));
        function = module.function("random_fill");
    }

    /** What is compiled. */
    public static KernelSource source(ElementType type) {
        return new KernelSource("random_fill.cu", type.defines());
    }

    /**
     * Fills a whole weight, element 0 first.
     *
     * @param stream where it is enqueued
     * @param target the weight's place
     * @param content what its elements are
     */
    public void launch(CudaStream stream, DeviceBuffer target, WeightContent.Random content) {
        long count = target.bytes() / type.bytes();
        int blocks = Math.clamp((count + THREADS - 1) / THREADS, 1, MOST_BLOCKS);
        arguments
                .reset()
                .pointer(target.address())
                .int64(count)
                .int64(content.seed())
                .float32(content.mean())
                .float32(content.scale());
        function.launch(stream, LaunchShape.of(blocks, THREADS), arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
