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

/** Unpacks a step's input ({@code step_prepare.cu}). Confined to the engine thread. */
public final class StepPrepareKernel implements AutoCloseable {
    /** What is compiled. */
    public static final KernelSource SOURCE = new KernelSource("step_prepare.cu", Map.of());

    private static final int THREADS = 1024;
    private static final int ROW_ARRAYS = 4;
    private static final int TOKEN_ARRAYS = 3;
    private static final int SAMPLE_ARRAYS = 3;

    private final CudaModule module;
    private final CudaFunction function;
    private final KernelArguments arguments = new KernelArguments();

    /**
     * Where the kernel reads and writes; int32 throughout.
     *
     * @param input the packed input
     * @param slotLengths [slots]
     * @param lastTokens [slots]
     * @param tables [cacheGroups, slots, tableStride]
     * @param tableStride entries of a slot's block table
     * @param rows [4][rowStride]: slots, first tokens, tokens, lengths
     * @param tokens [3][tokenStride]: ids, slots, positions
     * @param samples [3][rowStride]: token indexes, slots, lengths
     * @param rowStride most rows of a step
     * @param tokenStride most tokens of a step
     */
    public record Arrays(
            DeviceBuffer input,
            DeviceBuffer slotLengths,
            DeviceBuffer lastTokens,
            DeviceBuffer tables,
            int tableStride,
            DeviceBuffer rows,
            DeviceBuffer tokens,
            DeviceBuffer samples,
            int rowStride,
            int tokenStride) {
        /** Checks the lengths. */
        public Arrays {
            rows.requireBytes((long) ROW_ARRAYS * rowStride * Integer.BYTES, "rows");
            tokens.requireBytes((long) TOKEN_ARRAYS * tokenStride * Integer.BYTES, "tokens");
            samples.requireBytes((long) SAMPLE_ARRAYS * rowStride * Integer.BYTES, "samples");
        }
    }

    /** Compiles the kernel, or takes it from the cache. */
    public StepPrepareKernel(KernelCompiler compiler) {
        module = compiler.compile(SOURCE);
        function = module.function("step_prepare");
    }

    /**
     * Enqueues.
     *
     * @param stream where
     * @param arrays what it reads and writes
     * @param rowBucket rows to fill, those that the input has and padding
     * @param tokenBucket tokens to fill, likewise
     * @param sampleBucket samples to fill, likewise
     */
    public void launch(CudaStream stream, Arrays arrays, int rowBucket, int tokenBucket, int sampleBucket) {
        if (rowBucket > arrays.rowStride() || tokenBucket > arrays.tokenStride() || sampleBucket > arrays.rowStride()) {
            throw new IllegalArgumentException("a step of " + rowBucket + " rows, " + tokenBucket + " tokens and "
                    + sampleBucket + " samples exceeds " + arrays.rowStride() + " rows and " + arrays.tokenStride()
                    + " tokens");
        }
        arguments
                .reset()
                .pointer(arrays.input().address())
                .pointer(arrays.slotLengths().address())
                .pointer(arrays.lastTokens().address())
                .pointer(arrays.tables().address())
                .int32(arrays.tableStride())
                .pointer(arrays.rows().address())
                .int32(arrays.rowStride())
                .pointer(arrays.tokens().address())
                .int32(arrays.tokenStride())
                .pointer(arrays.samples().address())
                .int32(rowBucket)
                .int32(tokenBucket)
                .int32(sampleBucket);
        function.launch(stream, LaunchShape.of(1, THREADS), arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
