package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One product of a matrix with few rows, compiled; {@link SkinnyGemm} makes it. Confined to the thread that owns the
 * stream.
 *
 * <p>The kernels start to read weights before the previous kernel on the stream has ended: nothing on the stream may
 * have written them just before.
 */
public final class SkinnyProduct implements AutoCloseable {
    private static final DeviceBuffer NONE = new DeviceBuffer(0, 0);

    private final SkinnyShape shape;
    private final int mostRows;
    private final @Nullable SkinnyResident resident;
    private final List<SkinnySplit> splits;

    SkinnyProduct(SkinnyShape shape, int mostRows, @Nullable SkinnyResident resident, List<SkinnySplit> splits) {
        this.shape = shape;
        this.mostRows = mostRows;
        this.resident = resident;
        this.splits = List.copyOf(splits);
    }

    /** What it multiplies. */
    public SkinnyShape shape() {
        return shape;
    }

    /** Most rows that it takes. */
    public int mostRows() {
        return mostRows;
    }

    /**
     * Enqueues the product of x as it is.
     *
     * @param stream the one that the workspace belongs to
     * @param x E [rows, inputs]
     * @param weights E [weightRows, inputs]
     * @param y E or f32 [rows, outputs], as the shape says; not x. A residual product adds to it
     * @param rows 0 to {@link #mostRows}
     */
    public void launch(CudaStream stream, DeviceBuffer x, DeviceBuffer weights, DeviceBuffer y, int rows) {
        if (shape.normedInput()) {
            throw new IllegalArgumentException("the product wants a norm");
        }
        if (!begin(weights, y, rows)) {
            return;
        }
        x.requireBytes(shape.inputBytes(rows), "input of the product");
        if (resident != null && rows <= resident.mostRows()) {
            resident.launch(stream, SkinnyInput.of(x, new NormParameters(NONE, NONE, 0, 0)), weights, y, rows);
        } else {
            splitFor(rows).launch(stream, x, weights, y, rows);
        }
    }

    /** Enqueues the product of the norm of rows of x; else as {@link #launch}. */
    public void launchNormed(CudaStream stream, SkinnyInput input, DeviceBuffer weights, DeviceBuffer y, int rows) {
        if (!shape.normedInput() || resident == null) {
            throw new IllegalArgumentException("the product wants no norm");
        }
        if (!begin(weights, y, rows)) {
            return;
        }
        if (input.rowIndices().bytes() == 0) {
            input.x().requireBytes(shape.inputBytes(rows), "input of the product");
        } else {
            input.rowIndices().requireBytes((long) rows * Integer.BYTES, "row indices");
        }
        input.norm().requireBytes(shape.inputBytes(1));
        resident.launch(stream, input, weights, y, rows);
    }

    private boolean begin(DeviceBuffer weights, DeviceBuffer y, int rows) {
        Limits.requireRange("rows", rows, 0, mostRows);
        weights.requireBytes(shape.weightBytes(), "weights of the product");
        y.requireBytes(shape.outputBytes(rows), "output of the product");
        return rows > 0;
    }

    private SkinnySplit splitFor(int rows) {
        for (SkinnySplit split : splits) {
            if (rows <= split.mostRows()) {
                return split;
            }
        }
        throw new IllegalStateException("no kernel for " + rows + " of " + mostRows + " rows");
    }

    @Override
    public void close() {
        if (resident != null) {
            resident.close();
        }
        splits.forEach(SkinnySplit::close);
    }
}
