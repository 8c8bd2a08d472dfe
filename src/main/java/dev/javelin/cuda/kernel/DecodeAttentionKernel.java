package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;

/**
 * Attention of rows that bring one token, over the cache ({@code decode_attention.cu}). Confined to the engine thread.
 *
 * <p>The grid is what fits on the card at once, whatever the rows and their lengths: the blocks divide the rows' keys
 * evenly among themselves, on the device. So one captured launch serves any lengths, and one long sequence among short
 * ones is worked on by all of them.
 *
 * <pre>
 * workspace   [ partial results f32 [blocks, 2, pack heads, D + 4] | counters u32 [maxRows, packs], 0 between launches ]
 * </pre>
 */
public final class DecodeAttentionKernel implements AutoCloseable {
    private static final int PARTIALS_OF_BLOCK = 2;

    private final ElementType type;
    private final AttentionShape shape;
    private final DecodeTiling tiling;
    private final int blockCount;
    private final CudaModule module;
    private final CudaFunction function;
    private final KernelArguments arguments = new KernelArguments();

    /** Compiles the kernel in the best form for the device, or takes it from the cache. */
    public DecodeAttentionKernel(
            KernelCompiler compiler, DeviceProperties device, ElementType type, AttentionShape shape) {
        this.type = type;
        this.shape = shape;
        tiling = DecodeTiling.choose(shape, device);
        blockCount = device.multiprocessors() * tiling.blocksPerMultiprocessor();
        module = compiler.compile(source(type, shape, tiling));
        function = module.function("decode_attention");
    }

    /** What is compiled for a device. */
    public static KernelSource source(ElementType type, AttentionShape shape, DeviceProperties device) {
        return source(type, shape, DecodeTiling.choose(shape, device));
    }

    /** What is compiled. */
    static KernelSource source(ElementType type, AttentionShape shape, DecodeTiling tiling) {
        return new KernelSource("decode_attention.cu", shape.defines(type, tiling.defines()));
    }

    /**
     * Bytes of workspace for launches of up to that many rows. All launches on one stream share it, those of kernels
     * that differ in scale or window only, too.
     */
    public long workspaceBytes(int maxRows) {
        return partialsBytes() + (long) maxRows * shape.packCount() * Integer.BYTES;
    }

    /** Readies a workspace, once before the first launch; each launch leaves it ready. */
    public void clear(CudaStream stream, DeviceBuffer workspace) {
        DeviceCopies.fill(stream, workspace, (byte) 0);
    }

    /**
     * Enqueues.
     *
     * @param stream where
     * @param qkv E [tokens, (H + 2 * KVH) * D]; queries are read
     * @param cache of the layer, with the step's own keys and values in it already
     * @param spans rows of one token each; those with slot -1 or length 0 are left alone
     * @param workspace ready, {@link #workspaceBytes} or more
     * @param attended E [tokens, H * D]: written for the rows' tokens
     */
    public void launch(
            CudaStream stream,
            DeviceBuffer qkv,
            PagedCache cache,
            Spans spans,
            DeviceBuffer workspace,
            DeviceBuffer attended) {
        int rowCount = spans.rowCount();
        workspace.requireBytes(workspaceBytes(rowCount), "workspace of decode attention");
        qkv.requireBytes((long) rowCount * shape.qkvElements() * type.bytes(), "qkv");
        attended.requireBytes((long) rowCount * shape.attendedElements() * type.bytes(), "attended");
        arguments
                .reset()
                .pointer(qkv.address())
                .pointer(cache.keys().address())
                .pointer(cache.values().address())
                .pointer(cache.blockTables().address())
                .int32(cache.tableStride())
                .pointer(spans.rowSlots().address())
                .pointer(spans.rowFirstTokens().address())
                .pointer(spans.rowLengths().address())
                .int32(rowCount)
                .float32(shape.scaleLog2())
                .int32(shape.windowTokens())
                .pointer(workspace.address() + partialsBytes())
                .pointer(workspace.address())
                .pointer(attended.address());
        function.launch(
                stream,
                new LaunchShape(blockCount, 1, 1, tiling.blockThreads(), tiling.sharedBytes(shape), true),
                arguments);
    }

    private long partialsBytes() {
        return (long) blockCount * PARTIALS_OF_BLOCK * DecodeTiling.packSumsBytes(shape);
    }

    @Override
    public void close() {
        module.close();
    }
}
