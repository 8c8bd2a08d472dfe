package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaFunction;
import dev.javelin.cuda.driver.CudaModule;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.KernelArguments;
import dev.javelin.cuda.driver.LaunchShape;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.nvrtc.KernelCompiler;
import dev.javelin.cuda.nvrtc.KernelSource;

/** Small moves of rows ({@code rows.cu}). Confined to the thread that owns the stream. */
public final class RowsKernel implements AutoCloseable {
    private static final int GATHER_THREADS = 128;
    private static final int ADD_THREADS = 256;
    private static final int VECTOR_ELEMENTS = 8;
    private static final int MAX_WIDTH = 1 << 20;

    private final CudaModule module;
    private final CudaFunction gatherRows;
    private final CudaFunction addElements;
    private final ElementType type;
    private final KernelArguments arguments = new KernelArguments();

    /** Compiles for rows of any width. */
    public RowsKernel(KernelCompiler compiler, ElementType type) {
        this.type = type;
        module = compiler.compile(source(type));
        gatherRows = module.function("gather_rows");
        addElements = module.function("add_elements");
    }

    /** What is compiled. */
    public static KernelSource source(ElementType type) {
        return new KernelSource("rows.cu", type.defines());
    }

    /**
     * {@code out[r] = x[rowIndices[r]]}, zeros where the index is negative.
     *
     * @param x E [.., width]: every index must be below its rows
     * @param rowIndices i32 [rows]
     * @param out E [rows, width], not x
     * @param width elements of a row, a multiple of 8
     */
    public void gather(
            CudaStream stream, DeviceBuffer x, DeviceBuffer rowIndices, DeviceBuffer out, int rows, int width) {
        Limits.requireVectors("width", width, MAX_WIDTH);
        if (rows == 0) {
            return;
        }
        rowIndices.requireBytes((long) rows * Integer.BYTES, "row indices");
        out.requireBytes((long) rows * width * type.bytes(), "gathered rows");
        arguments
                .reset()
                .pointer(x.address())
                .pointer(rowIndices.address())
                .pointer(out.address())
                .int32(width / VECTOR_ELEMENTS);
        gatherRows.launch(stream, new LaunchShape(rows, 1, 1, GATHER_THREADS, 0, true), arguments);
    }

    /** {@code out[i] = a[i] + b[i]}, rounded to E; {@code count} elements, a multiple of 8; out may be a or b. */
    public void add(CudaStream stream, DeviceBuffer a, DeviceBuffer b, DeviceBuffer out, long count) {
        if (count < 0 || count % VECTOR_ELEMENTS != 0) {
            throw new IllegalArgumentException("count is " + count + ", not a multiple of 8");
        }
        if (count == 0) {
            return;
        }
        long bytes = count * type.bytes();
        a.requireBytes(bytes, "first summand");
        b.requireBytes(bytes, "second summand");
        out.requireBytes(bytes, "sum");
        long vectors = count / VECTOR_ELEMENTS;
        arguments
                .reset()
                .pointer(a.address())
                .pointer(b.address())
                .pointer(out.address())
                .int64(vectors);
        int blocks = Math.toIntExact(Math.ceilDiv(vectors, (long) ADD_THREADS));
        addElements.launch(stream, new LaunchShape(blocks, 1, 1, ADD_THREADS, 0, true), arguments);
    }

    @Override
    public void close() {
        module.close();
    }
}
