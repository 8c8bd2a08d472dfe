/**
 * Matrix products through cuBLASLt: y[m, n] = x[m, k] w[n, k]^T, all row-major.
 *
 * <p>Entry: {@link dev.javelin.cuda.blas.Matmuls}, one for each stream, confined to the stream's thread. Decisions:
 *
 * <ul>
 *   <li><b>No transposed copies.</b> A row-major [a, b] is a column-major [b, a], so the product is computed as y^T = w
 *       x^T: first operand w, transposed, leading dimension k; second x, plain, k; result y^T [n, m], n.
 *   <li><b>A plan is made once for each shape</b> and holds all that a call needs; a call allocates nothing. Algorithm
 *       and workspace are fixed in the plan, so that a captured graph stays valid.
 *   <li><b>Sums are single precision to the end</b>: algorithms that add parts of a sum in the output's type are not
 *       asked for.
 *   <li><b>The heuristic's first answer is not always the fastest</b>: {@link dev.javelin.cuda.blas.Matmuls#tune} times
 *       several on the real weights, which it takes in turn so that they come from memory and not from L2, and keeps
 *       the best on disk for the same card, driver and library.
 * </ul>
 */
@NullMarked
package dev.javelin.cuda.blas;

import org.jspecify.annotations.NullMarked;
