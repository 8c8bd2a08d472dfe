package dev.javelin.cuda.blas;

import org.bytedeco.cuda.cublas.cublasLtMatrixLayoutOpaque_t;
import org.bytedeco.cuda.global.cublas;
import org.bytedeco.javacpp.PointerPointer;

/** The three matrices of a shape as cuBLASLt sees them, column by column. Confined to the owner's thread. */
final class LtLayouts implements AutoCloseable {
    private final cublasLtMatrixLayoutOpaque_t w;
    private final cublasLtMatrixLayoutOpaque_t x;
    private final cublasLtMatrixLayoutOpaque_t y;

    /**
     * Describes w [k, n], x [k, m] and y [n, m].
     *
     * @param elementType the library's number of the element type
     * @param outputType the same of y's
     */
    LtLayouts(MatmulShape shape, int elementType, int outputType) {
        this.w = create(elementType, shape.k(), shape.n());
        this.x = create(elementType, shape.k(), shape.m());
        this.y = create(outputType, shape.n(), shape.m());
    }

    cublasLtMatrixLayoutOpaque_t w() {
        return w;
    }

    cublasLtMatrixLayoutOpaque_t x() {
        return x;
    }

    cublasLtMatrixLayoutOpaque_t y() {
        return y;
    }

    /** Dense, so the leading dimension is the number of rows. */
    private static cublasLtMatrixLayoutOpaque_t create(int type, long rows, long columns) {
        try (PointerPointer<cublasLtMatrixLayoutOpaque_t> made = new PointerPointer<>(1)) {
            LtStatus.check(
                    cublas.cublasLtMatrixLayoutCreate(made, type, rows, columns, rows),
                    "cublasLtMatrixLayoutCreate",
                    rows + " by " + columns);
            return made.get(cublasLtMatrixLayoutOpaque_t.class);
        }
    }

    @Override
    public void close() {
        LtStatus.check(cublas.cublasLtMatrixLayoutDestroy(w), "cublasLtMatrixLayoutDestroy", "w");
        LtStatus.check(cublas.cublasLtMatrixLayoutDestroy(x), "cublasLtMatrixLayoutDestroy", "x");
        LtStatus.check(cublas.cublasLtMatrixLayoutDestroy(y), "cublasLtMatrixLayoutDestroy", "y");
    }
}
