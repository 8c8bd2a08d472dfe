package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.DeviceProperties;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;

/**
 * Causal attention of rows that bring several tokens, over the cache ({@code prefill_attention.cu}). Confined to the
 * engine thread.
 */
public final class PrefillAttentionKernel implements AutoCloseable {
    private static final int TILE_WORDS = 2;

    private final ElementType type;
    private final AttentionShape shape;
    private final PrefillTiling tiling;
    private final CudaModule module;
    private final CudaFunction function;
    private final KernelArguments arguments = new KernelArguments();

    /** Compiles the kernel in the best form for the device, or takes it from the cache. */
    public PrefillAttentionKernel(
            KernelCompiler compiler, DeviceProperties device, ElementType type, AttentionShape shape) {
        this.type = type;
        this.shape = shape;
        tiling = PrefillTiling.choose(shape, device);
        module = compiler.compile(source(type, shape, tiling));
        function = module.function("prefill_attention");
    }

    /** What is compiled for a device. */
    public static KernelSource source(ElementType type, AttentionShape shape, DeviceProperties device) {
        return source(type, shape, PrefillTiling.choose(shape, device));
    }

    /** What is compiled. */
    static KernelSource source(ElementType type, AttentionShape shape, PrefillTiling tiling) {
        return new KernelSource("prefill_attention.cu", shape.defines(type, tiling.defines()));
    }

    /** Tokens of a row that one tile covers, beginning at a multiple of this. */
    public int tileTokens() {
        return tiling.tileTokens(shape);
    }

    /**
     * Enqueues.
     *
     * @param stream where
     * @param qkv E [tokens, (H + 2 * KVH) * D]; queries are read
     * @param cache of the layer, with the step's own keys and values in it already
     * @param spans the step's rows
     * @param tiles int32 [tileCount, 2]: row, and first token of the tile within the row; a row of -1 does nothing.
     *     Listed first is started first: the tiles that see most keys should be
     * @param tileCount tiles
     * @param attended E [tokens, H * D]: written for the tiles' tokens
     */
    public void launch(
            CudaStream stream,
            DeviceBuffer qkv,
            PagedCache cache,
            Spans spans,
            DeviceBuffer tiles,
            int tileCount,
            DeviceBuffer attended) {
        tiles.requireBytes((long) tileCount * TILE_WORDS * Integer.BYTES, "attention tiles");
        qkv.requireBytes((long) shape.qkvElements() * type.bytes(), "qkv");
        attended.requireBytes((long) shape.attendedElements() * type.bytes(), "attended");
        arguments
                .reset()
                .pointer(qkv.address())
                .pointer(cache.keys().address())
                .pointer(cache.values().address())
                .pointer(cache.blockTables().address())
                .int32(cache.tableStride())
                .pointer(spans.rowSlots().address())
                .pointer(spans.rowFirstTokens().address())
                .pointer(spans.rowTokens().address())
                .pointer(spans.rowLengths().address())
                .pointer(tiles.address())
                .float32(shape.scaleLog2())
                .int32(shape.windowTokens())
                .pointer(attended.address());
        LaunchShape launch = new LaunchShape(
                tileCount, shape.packCount(), 1, tiling.blockThreads(), tiling.sharedBytes(shape), true);
        function.launch(stream, launch, arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
