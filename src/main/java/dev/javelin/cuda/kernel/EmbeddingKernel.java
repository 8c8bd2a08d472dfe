package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;
import java.util.HashMap;
import java.util.Map;

/** Looks tokens up in the embedding table ({@code embedding.cu}). Confined to the thread that owns the stream. */
public final class EmbeddingKernel implements AutoCloseable {
    private static final int THREADS = 128;
    private static final int MAX_HIDDEN = 1 << 20;

    private final CudaModule module;
    private final CudaFunction function;
    private final long rowBytes;
    private final KernelArguments arguments = new KernelArguments();

    /** Compiles for rows of {@code hidden} elements, a multiple of 8. */
    public EmbeddingKernel(KernelCompiler compiler, ElementType type, int hidden) {
        rowBytes = (long) hidden * type.bytes();
        module = compiler.compile(source(type, hidden));
        function = module.function("embed_tokens");
    }

    /** What is compiled. */
    public static KernelSource source(ElementType type, int hidden) {
        Limits.requireVectors("hidden", hidden, MAX_HIDDEN);
        Map<String, String> defines = new HashMap<>(type.defines());
        defines.put("HIDDEN", Integer.toString(hidden));
        return new KernelSource("embedding.cu", defines);
    }

    /**
     * {@code x[t] = scale * table[ids[t]]}, zeros where the id is negative (padding).
     *
     * @param ids i32 [T], each below the table's rows: the kernel does not check
     * @param table E [V, C]
     * @param x E [T, C]
     * @param scale 1 copies the bits
     */
    public void embed(
            CudaStream stream, DeviceBuffer ids, DeviceBuffer table, DeviceBuffer x, int tokens, float scale) {
        if (tokens == 0) {
            return;
        }
        ids.requireBytes((long) tokens * Integer.BYTES, "token ids");
        table.requireBytes(rowBytes, "embedding table");
        x.requireBytes(tokens * rowBytes, "embedded tokens");
        arguments
                .reset()
                .pointer(ids.address())
                .pointer(table.address())
                .pointer(x.address())
                .float32(scale);
        function.launch(stream, new LaunchShape(tokens, 1, 1, THREADS, 0, true), arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
