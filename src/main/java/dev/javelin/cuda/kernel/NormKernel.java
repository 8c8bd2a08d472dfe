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

/** RMS norm and LayerNorm of rows ({@code norm.cu}). Confined to the thread that owns the stream. */
public final class NormKernel implements AutoCloseable {
    private static final int THREADS = 256;

    /** A thread holds its part of a row in registers: 8 vectors of 8 elements. */
    private static final int MAX_HIDDEN = THREADS * 64;

    private final CudaModule module;
    private final CudaFunction normRows;
    private final CudaFunction addNormRows;
    private final int hidden;
    private final long rowBytes;
    private final Kind kind;
    private final KernelArguments arguments = new KernelArguments();

    /** The formulas. */
    public enum Kind {
        /** {@code x / sqrt(mean(x^2) + epsilon) * weight}. */
        RMS,
        /** {@code (x - mean) / sqrt(variance + epsilon) * weight + bias}. */
        LAYER
    }

    /** Compiles for rows of {@code hidden} elements, a multiple of 8 up to 16,384. */
    public NormKernel(KernelCompiler compiler, ElementType type, Kind kind, int hidden) {
        this.kind = kind;
        this.hidden = hidden;
        this.rowBytes = (long) hidden * type.bytes();
        module = compiler.compile(source(type, kind, hidden));
        normRows = module.function("norm_rows");
        addNormRows = module.function("add_norm_rows");
    }

    /** What is compiled. */
    public static KernelSource source(ElementType type, Kind kind, int hidden) {
        Limits.requireVectors("hidden", hidden, MAX_HIDDEN);
        Map<String, String> defines = new HashMap<>(type.defines());
        defines.put("HIDDEN", Integer.toString(hidden));
        if (kind == Kind.LAYER) {
            defines.put("LAYER_NORM", "");
        }
        return new KernelSource("norm.cu", defines);
    }

    /** {@code out[r] = norm(x[r])}; x, out E [rows, C]; out may be x. */
    public void norm(CudaStream stream, DeviceBuffer x, NormParameters parameters, DeviceBuffer out, int rows) {
        if (rows == 0) {
            return;
        }
        x.requireBytes(rows * rowBytes, "norm input");
        launchNorm(stream, x, 0, parameters, out, rows);
    }

    /**
     * {@code out[r] = norm(x[rowIndices[r]])}, zeros where the index is negative.
     *
     * @param x E [.., C]: every index must be below its rows
     * @param rowIndices i32 [rows]
     * @param out E [rows, C], not x
     */
    public void normRows(
            CudaStream stream,
            DeviceBuffer x,
            DeviceBuffer rowIndices,
            NormParameters parameters,
            DeviceBuffer out,
            int rows) {
        if (rows == 0) {
            return;
        }
        rowIndices.requireBytes((long) rows * Integer.BYTES, "row indices");
        launchNorm(stream, x, rowIndices.address(), parameters, out, rows);
    }

    /** {@code residual[r] += delta[r]}, rounded to E, then {@code out[r] = norm(residual[r])}; all E [rows, C]. */
    public void addNorm(
            CudaStream stream,
            DeviceBuffer residual,
            DeviceBuffer delta,
            NormParameters parameters,
            DeviceBuffer out,
            int rows) {
        if (rows == 0) {
            return;
        }
        residual.requireBytes(rows * rowBytes, "residual");
        delta.requireBytes(rows * rowBytes, "delta");
        arguments.reset().pointer(residual.address()).pointer(delta.address());
        launch(addNormRows, stream, parameters, out, rows);
    }

    private void launchNorm(
            CudaStream stream, DeviceBuffer x, long rowIndices, NormParameters parameters, DeviceBuffer out, int rows) {
        arguments.reset().pointer(x.address()).pointer(rowIndices);
        launch(normRows, stream, parameters, out, rows);
    }

    /** Both kernels end their arguments alike: weight, bias, out, epsilon, offset. */
    private void launch(
            CudaFunction function, CudaStream stream, NormParameters parameters, DeviceBuffer out, int rows) {
        parameters.requireBytes(rowBytes);
        if (kind == Kind.RMS && parameters.bias().bytes() != 0) {
            throw new IllegalArgumentException("an RMS norm of " + hidden + " elements has no bias");
        }
        out.requireBytes(rows * rowBytes, "norm output");
        arguments
                .pointer(parameters.weight().address())
                .pointer(parameters.bias().address())
                .pointer(out.address())
                .float32(parameters.epsilon())
                .float32(parameters.weightOffset());
        function.launch(stream, new LaunchShape(rows, 1, 1, THREADS, 0, true), arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
