package dev.javelin.cpu;

import java.util.List;

/**
 * Matrices that multiply the same input in one parallel loop, with where their products go: query, key and value; gate
 * and up. Immutable.
 *
 * @param matrices all with the same number of columns
 * @param outputs address of each product, [tokens][strideFloats]
 * @param strideFloats floats from token to token of each product
 */
record Projection(List<Matrix> matrices, long[] outputs, int[] strideFloats) {
    /** A projection of one matrix. */
    static Projection of(Matrix matrix, long output, int strideFloats) {
        return new Projection(List.of(matrix), new long[] {output}, new int[] {strideFloats});
    }

    int columns() {
        return matrices.getFirst().columns();
    }
}
