package dev.javelin.cuda.blas;

import org.bytedeco.cuda.cublas.cublasLtMatmulAlgo_t;

/**
 * A shape with the algorithm that computes it and the native descriptions of its matrices. Made, owned and closed by
 * {@link Matmuls}; immutable for everybody else.
 */
public final class MatmulPlan {
    private final MatmulShape shape;
    private final LtLayouts layouts;
    private final cublasLtMatmulAlgo_t nativeAlgorithm = new cublasLtMatmulAlgo_t(1);

    MatmulPlan(MatmulShape shape, LtLayouts layouts, MatmulAlgorithm algorithm) {
        this.shape = shape;
        this.layouts = layouts;
        use(algorithm);
    }

    /** What it computes. */
    public MatmulShape shape() {
        return shape;
    }

    void use(MatmulAlgorithm algorithm) {
        for (int index = 0; index < MatmulAlgorithm.WORDS; index++) {
            nativeAlgorithm.data(index, algorithm.words()[index]);
        }
    }

    MatmulAlgorithm algorithm() {
        long[] words = new long[MatmulAlgorithm.WORDS];
        for (int index = 0; index < words.length; index++) {
            words[index] = nativeAlgorithm.data(index);
        }
        return new MatmulAlgorithm(words);
    }

    cublasLtMatmulAlgo_t nativeAlgorithm() {
        return nativeAlgorithm;
    }

    LtLayouts layouts() {
        return layouts;
    }

    void close() {
        nativeAlgorithm.close();
        layouts.close();
    }
}
