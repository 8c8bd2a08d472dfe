/**
 * The embedded default runner: {@link dev.javelin.cpu.CpuModelRunner} runs any supported
 * {@link dev.javelin.model.ModelSpec} on the machine's own cores, with the Vector API over memory-mapped weights.
 *
 * <p>Owner: the engine thread calls the runner and computes as worker 0; {@code cpu-worker-N} threads belong to the
 * runner's pool, wait in it between products (a short spin, then parked) and end with it. Decisions:
 *
 * <ul>
 *   <li><b>Weights stay as they are in the file.</b> A kernel unpacks a few rows at a time into a panel that fits the
 *       nearest cache, or multiplies straight from the packed bytes; activations stay in single precision, so that a
 *       product differs from the exact one by rounding only.
 *   <li><b>Three ways to multiply</b>, chosen by the number of tokens in {@link dev.javelin.cpu.MatrixProducts}: one
 *       token streams packed rows (lanes run along a row), two to eight share an unpacked row, more run through a
 *       register-blocked kernel whose lanes are tokens, so that no horizontal sum is ever needed.
 *   <li><b>Kernels stay small.</b> C2 keeps vectors in registers only while a method stays within its inlining budget
 *       and sees one vector shape of a type: at most 8 sums a loop, one float species in the package, and no method
 *       that takes or gives a vector is longer than the 35 bytes of bytecode that C2 inlines wherever it meets them: a
 *       longer one is inlined or not by chance of timing, and vectors become objects where it is not.
 *   <li><b>Keys are cached transposed</b> ([headDim][blockTokens]), values are not ([blockTokens][headDim]): the lanes
 *       of a score are positions, the lanes of an output are elements, and neither needs a horizontal sum.
 *   <li><b>Native memory is addressed through one constant segment</b> ({@link dev.javelin.cpu.RawMemory}): bounds are
 *       checked once, where a product or a block is set up, not at each load.
 *   <li><b>All requests' tokens form one activation matrix</b>; only positions that sample or score reach the head.
 * </ul>
 */
@NullMarked
package dev.javelin.cpu;

import org.jspecify.annotations.NullMarked;
