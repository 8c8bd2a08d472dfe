package dev.javelin.cuda.blas;

/**
 * What a product looks like: y[m, n] = x[m, k] w[n, k]^T. Immutable.
 *
 * @param m rows of x and y (tokens)
 * @param n rows of w, columns of y (outputs)
 * @param k columns of x and w (inputs)
 * @param outF32 whether y is f32 instead of elements
 * @param accumulate whether the product is added to what y holds
 */
public record MatmulShape(int m, int n, int k, boolean outF32, boolean accumulate) {
    /** Checks that nothing is empty. */
    public MatmulShape {
        if (m < 1 || n < 1 || k < 1) {
            throw new IllegalArgumentException("no product: m " + m + ", n " + n + ", k " + k);
        }
    }

    /** Elements in and out, y overwritten. */
    public static MatmulShape of(int m, int n, int k) {
        return new MatmulShape(m, n, k, false, false);
    }

    /** The same with y in f32. */
    public MatmulShape toF32() {
        return new MatmulShape(m, n, k, true, accumulate);
    }

    /** The same with the product added to y. */
    public MatmulShape accumulating() {
        return new MatmulShape(m, n, k, outF32, true);
    }

    /** Multiplications and additions together. */
    public long flops() {
        return 2L * m * n * k;
    }

    long xBytes() {
        return (long) m * k * Short.BYTES;
    }

    long wBytes() {
        return (long) n * k * Short.BYTES;
    }

    long yBytes() {
        return (long) m * n * (outF32 ? Float.BYTES : Short.BYTES);
    }
}
