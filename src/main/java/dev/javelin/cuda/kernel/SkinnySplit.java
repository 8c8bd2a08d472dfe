package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Up to 64 rows, streamed along the weights; the rows' elements are split over blocks ({@code skinny_split.cu}).
 * Confined to the thread that owns the stream.
 */
final class SkinnySplit implements AutoCloseable {
    /** One counter a tile, in front of the workspace. */
    static final long COUNTER_BYTES = 8192 * 4L;

    private static final int THREADS = 256;
    private static final int FRAGMENT_TOKENS = 8;
    private static final int TILE_FRAGMENTS = 8;
    private static final int CHUNK_ELEMENTS = 128;
    private static final int WARPS = 8;

    /** Weights of a stage, and a token's row there. */
    private static final int WEIGHT_BYTES = 128 * 2 * CHUNK_ELEMENTS;

    private static final int TOKEN_PITCH_BYTES = 2 * CHUNK_ELEMENTS + 64;

    /** Sums that a warp exchanges or leaves, for 8 tokens. */
    private static final int WARP_SUM_BYTES = 512;

    private static final int MAX_FRAGMENTS = 8;
    private static final int MAX_STAGES = 4;

    /** Stages that hide the memory's latency, if only just. */
    private static final int GOOD_STAGES = 3;

    private static final int MIN_STAGES = 2;

    /** What the hardware takes of a multiprocessor's shared memory for each block. */
    private static final int RESERVED_BYTES = 1024;

    private final CudaModule module;
    private final CudaFunction function;
    private final boolean programmatic;
    private final SkinnyShape shape;
    private final int tokenFragments;
    private final int sharedBytes;
    private final int blocks;
    private final int aheadChunks;
    private final DeviceBuffer workspace;
    private final KernelArguments arguments = new KernelArguments();

    /** A launcher of the module, which it closes. */
    SkinnySplit(
            CudaModule module,
            DeviceProperties device,
            SkinnyTuning tuning,
            SkinnyShape shape,
            int tokenFragments,
            DeviceBuffer workspace,
            long aheadBytes) {
        this.module = module;
        this.programmatic = tuning.programmatic();
        this.shape = shape;
        this.tokenFragments = tokenFragments;
        this.workspace = workspace;
        this.sharedBytes = sharedBytes(tokenFragments, stages(device, tokenFragments));
        int tiles = Math.ceilDiv(shape.outputs(), TILE_FRAGMENTS * shape.outputsOfFragment());
        int chunks = tiles * Math.ceilDiv(shape.inputs(), CHUNK_ELEMENTS);
        this.blocks = Math.min(chunks, device.multiprocessors());
        this.aheadChunks = Math.toIntExact(Math.ceilDiv(aheadBytes, (long) blocks * WEIGHT_BYTES));
        function = module.function("skinny_split");
    }

    static KernelSource source(ElementType type, DeviceProperties device, SkinnyShape shape, int tokenFragments) {
        Map<String, String> defines = shape.defines(type);
        defines.put("TOKEN_FRAGMENTS", Integer.toString(tokenFragments));
        defines.put("STAGES", Integer.toString(stages(device, tokenFragments)));
        return new KernelSource("skinny_split.cu", defines);
    }

    /** Most rows: 64, or fewer where shared memory is small. */
    static int maxRows(DeviceProperties device) {
        int fragments = MAX_FRAGMENTS;
        while (fragments > 1 && sharedBytes(fragments, MIN_STAGES) > device.sharedBytesPerBlock()) {
            fragments /= 2;
        }
        return fragments * FRAGMENT_TOKENS;
    }

    /**
     * How deep to copy ahead: where a good depth fits into half a multiprocessor, that, so that the next kernel's block
     * starts beside this one; else as deep as fits.
     */
    static int stages(DeviceProperties device, int tokenFragments) {
        if (sharedBytes(tokenFragments, GOOD_STAGES) + RESERVED_BYTES <= device.sharedBytesPerMultiprocessor() / 2) {
            return GOOD_STAGES;
        }
        int stages = MAX_STAGES;
        while (stages > MIN_STAGES && sharedBytes(tokenFragments, stages) > device.sharedBytesPerBlock()) {
            stages--;
        }
        return stages;
    }

    private static int sharedBytes(int tokenFragments, int stages) {
        return stages * (WEIGHT_BYTES + tokenFragments * FRAGMENT_TOKENS * TOKEN_PITCH_BYTES)
                + WARPS * tokenFragments * WARP_SUM_BYTES;
    }

    /**
     * The numbers of token fragments for which kernels are compiled, so that they take residentRows + 1 to mostRows.
     */
    static List<Integer> variants(int residentRows, int mostRows) {
        List<Integer> variants = new ArrayList<>();
        int covered = residentRows;
        for (int fragments = 1; covered < mostRows; fragments *= 2) {
            if (fragments * FRAGMENT_TOKENS > covered) {
                variants.add(fragments);
                covered = fragments * FRAGMENT_TOKENS;
            }
        }
        return variants;
    }

    static long workspaceBytes(DeviceProperties device) {
        return COUNTER_BYTES + 2L * device.multiprocessors() * WARPS * MAX_FRAGMENTS * WARP_SUM_BYTES;
    }

    /** Most rows. */
    int mostRows() {
        return tokenFragments * FRAGMENT_TOKENS;
    }

    /** Enqueues; the caller has checked buffers and rows. */
    void launch(CudaStream stream, DeviceBuffer x, DeviceBuffer weights, DeviceBuffer y, int rows) {
        arguments
                .reset()
                .pointer(x.address())
                .pointer(weights.address())
                .pointer(y.address())
                .pointer(workspace.address())
                .pointer(workspace.address() + COUNTER_BYTES)
                .int32(shape.outputs())
                .int32(rows)
                .int32(aheadChunks);
        function.launch(stream, new LaunchShape(blocks, 1, 1, THREADS, sharedBytes, programmatic), arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
