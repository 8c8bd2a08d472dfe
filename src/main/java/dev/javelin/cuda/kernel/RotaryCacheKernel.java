package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.RotarySpec;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Bias, head norms and rotation of a step's queries, keys and values; keys and values go to the cache
 * ({@code rotary_cache.cu}). Confined to the engine thread.
 */
public final class RotaryCacheKernel implements AutoCloseable {
    private static final int THREADS = 128;
    private static final int BATCH_HEADS = 4;
    private static final int VECTOR_ELEMENTS = 8;
    private static final int MIN_HEAD_LANES = 8;

    private final ElementType type;
    private final AttentionShape shape;
    private final RotaryTurns turns;
    private final CudaModule module;
    private final CudaFunction function;
    private final KernelArguments arguments = new KernelArguments();

    /** Compiles the kernel, or takes it from the cache; the table of turns is read by every launch. */
    public RotaryCacheKernel(KernelCompiler compiler, ElementType type, AttentionShape shape, RotaryTurns turns) {
        this.type = type;
        this.shape = shape;
        this.turns = turns;
        module = compiler.compile(source(type, shape, turns.spec()));
        function = module.function("rotary_cache");
    }

    /** What is compiled. */
    public static KernelSource source(ElementType type, AttentionShape shape, RotarySpec rotary) {
        if (rotary.rotatedDims() % 2 != 0 || rotary.rotatedDims() > shape.headDim()) {
            throw new IllegalArgumentException("rotated elements are " + rotary.rotatedDims()
                    + ", they must be an even number up to the head's " + shape.headDim());
        }
        Map<String, String> defines = new TreeMap<>(shape.defines(
                type, Map.of("ROTATED_DIMS", rotary.rotatedDims(), "TURN_STEP", RotaryTurns.STEP_TOKENS)));
        if (rotary.layout() == RotaryLayout.HALVES) {
            defines.put("ROTARY_HALVES", "");
        }
        return new KernelSource("rotary_cache.cu", defines);
    }

    /**
     * Enqueues.
     *
     * @param stream where
     * @param qkv E [tokens, (H + 2 * KVH) * D]; queries are replaced, keys and values only read
     * @param tokens slots and positions; positions below the table's {@code contextTokens}
     * @param weights of the layer
     * @param cache of the layer; written at the tokens' places
     */
    public void launch(CudaStream stream, DeviceBuffer qkv, StepTokens tokens, HeadWeights weights, PagedCache cache) {
        qkv.requireBytes((long) tokens.tokenCount() * shape.qkvElements() * type.bytes(), "qkv");
        arguments
                .reset()
                .pointer(qkv.address())
                .pointer(address(weights.bias(), shape.qkvElements(), "bias"))
                .pointer(address(weights.queryNorm(), shape.headDim(), "query norm"))
                .pointer(address(weights.keyNorm(), shape.headDim(), "key norm"))
                .float32(weights.normEpsilon())
                .pointer(turns.table().address())
                .pointer(tokens.slots().address())
                .pointer(tokens.positions().address())
                .int32(tokens.tokenCount())
                .pointer(cache.blockTables().address())
                .int32(cache.tableStride())
                .pointer(cache.keys().address())
                .pointer(cache.values().address());
        long threads = (long) tokens.tokenCount() * tokenBatches() * headLanes();
        int blocks = Math.toIntExact(Math.ceilDiv(threads, THREADS));
        function.launch(stream, new LaunchShape(blocks, 1, 1, THREADS, 0, true), arguments);
    }

    private int tokenBatches() {
        return Math.ceilDiv(shape.headCount() + 2 * shape.kvHeadCount(), BATCH_HEADS);
    }

    /** Threads of a head: a power of two; LANES in the kernel. */
    private int headLanes() {
        return Math.max(MIN_HEAD_LANES, Integer.highestOneBit(2 * (shape.headDim() / VECTOR_ELEMENTS) - 1));
    }

    private long address(@Nullable DeviceBuffer weights, int elements, String what) {
        if (weights == null) {
            return 0;
        }
        weights.requireBytes((long) elements * type.bytes(), what);
        return weights.address();
    }

    @Override
    public void close() {
        module.close();
    }
}
