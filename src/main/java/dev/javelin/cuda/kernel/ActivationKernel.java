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

/** The middle of an MLP ({@code activation.cu}). Confined to the thread that owns the stream. */
public final class ActivationKernel implements AutoCloseable {
    private static final int THREADS = 256;
    private static final int VECTOR_ELEMENTS = 8;
    private static final int MAX_WIDTH = 1 << 20;

    private final CudaModule module;
    private final CudaFunction gated;
    private final CudaFunction plain;
    private final int width;
    private final long rowBytes;
    private final KernelArguments arguments = new KernelArguments();

    /** Compiles for rows of {@code width} outputs, a multiple of 8. */
    public ActivationKernel(KernelCompiler compiler, ElementType type, Activation activation, int width) {
        this.width = width;
        this.rowBytes = (long) width * type.bytes();
        module = compiler.compile(source(type, activation, width));
        gated = module.function("activate_gated");
        plain = module.function("activate_plain");
    }

    /** What is compiled. */
    public static KernelSource source(ElementType type, Activation activation, int width) {
        Limits.requireVectors("width", width, MAX_WIDTH);
        Map<String, String> defines = new HashMap<>(type.defines());
        defines.put("WIDTH", Integer.toString(width));
        defines.put("ACTIVATION", activation.define());
        return new KernelSource("activation.cu", defines);
    }

    /** {@code out[t] = act(gate[t]) * up[t]}; gateUp E [T, 2 * I], out E [T, I]. */
    public void gated(CudaStream stream, DeviceBuffer gateUp, DeviceBuffer out, int tokens) {
        gateUp.requireBytes(2L * tokens * rowBytes, "gate and up");
        launch(gated, stream, gateUp, out, tokens);
    }

    /** {@code out[t] = act(x[t])}; both E [T, I]; out may be x. */
    public void plain(CudaStream stream, DeviceBuffer x, DeviceBuffer out, int tokens) {
        x.requireBytes(tokens * rowBytes, "activation input");
        launch(plain, stream, x, out, tokens);
    }

    private void launch(CudaFunction function, CudaStream stream, DeviceBuffer from, DeviceBuffer out, int tokens) {
        if (tokens == 0) {
            return;
        }
        out.requireBytes(tokens * rowBytes, "activation output");
        long vectors = (long) tokens * width / VECTOR_ELEMENTS;
        arguments.reset().pointer(from.address()).pointer(out.address()).int64(vectors);
        int blocks = Math.toIntExact(Math.ceilDiv(vectors, (long) THREADS));
        function.launch(stream, new LaunchShape(blocks, 1, 1, THREADS, 0, true), arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
