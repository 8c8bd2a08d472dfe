package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.Map;

/**
 * Up to 8 rows, kept whole in shared memory ({@code skinny_gemm.cu}). Confined to the thread that owns the stream.
 *
 * <p>Shared memory of a block, whose places the kernel knows as the same sums:
 *
 * <pre>
 * [ barriers, sums: FIXED_BYTES | rows * pitch, up to 128 | stages ]
 * </pre>
 */
final class SkinnyResident implements AutoCloseable {
    /** Longest row that is normed: a thread keeps its part of the norm's weights in registers. */
    static final int MAX_NORMED_INPUTS = 8192;

    private static final int MAX_ROWS = 8;
    private static final int THREADS = 256;
    private static final int UNIT_ELEMENTS = 64;
    private static final int FIXED_BYTES = 256 + 256 + 2 * 4096;

    private final CudaModule module;
    private final CudaFunction function;
    private final int blocks;
    private final int aheadChunks;
    private final SkinnyTuning tuning;
    private final SkinnyShape shape;
    private final int mostRows;
    private final KernelArguments arguments = new KernelArguments();

    /** A launcher of the module, which it closes. */
    SkinnyResident(
            CudaModule module,
            DeviceProperties device,
            SkinnyTuning tuning,
            SkinnyShape shape,
            int mostRows,
            long aheadBytes) {
        this.module = module;
        this.tuning = tuning;
        this.shape = shape;
        this.mostRows = mostRows;
        this.blocks = Math.min(Math.ceilDiv(shape.outputs(), shape.outputsOfFragment()), device.multiprocessors());
        this.aheadChunks = Math.toIntExact(Math.ceilDiv(aheadBytes, blocks * SkinnyTuning.CHUNK_BYTES));
        function = module.function("skinny_gemm");
    }

    static KernelSource source(ElementType type, SkinnyTuning tuning, SkinnyShape shape) {
        Map<String, String> defines = shape.defines(type);
        tuning.addTo(defines);
        return new KernelSource("skinny_gemm.cu", defines);
    }

    /** 8, 4, 2, 1 or, where not even one row of that length fits, 0. */
    static int maxRows(DeviceProperties device, SkinnyTuning tuning, int inputs) {
        int rows = MAX_ROWS;
        while (rows > 0 && sharedBytes(tuning, inputs, rows) > device.sharedBytesPerBlock()) {
            rows /= 2;
        }
        return rows;
    }

    /** Most rows. */
    int mostRows() {
        return mostRows;
    }

    /** Enqueues; the caller has checked buffers and rows. */
    void launch(CudaStream stream, SkinnyInput input, DeviceBuffer weights, DeviceBuffer y, int rows) {
        arguments
                .reset()
                .pointer(input.x().address())
                .pointer(input.norm().weight().address())
                .pointer(input.rowIndices().address())
                .pointer(weights.address())
                .pointer(y.address())
                .int32(shape.outputs())
                .int32(rows)
                .float32(input.norm().epsilon())
                .float32(input.norm().weightOffset())
                .int32(aheadChunks);
        int sharedBytes = (int) sharedBytes(tuning, shape.inputs(), rows);
        int threads = THREADS + tuning.copyThreads();
        function.launch(stream, new LaunchShape(blocks, 1, 1, threads, sharedBytes, tuning.programmatic()), arguments);
    }

    private static long sharedBytes(SkinnyTuning tuning, int inputs, int rows) {
        long pitch = 2L * UNIT_ELEMENTS * Math.ceilDiv(inputs, UNIT_ELEMENTS) + 64;
        return Math.ceilDiv(FIXED_BYTES + rows * pitch, 128L) * 128 + tuning.ringBytes();
    }

    @Override
    public void close() {
        module.close();
    }
}
