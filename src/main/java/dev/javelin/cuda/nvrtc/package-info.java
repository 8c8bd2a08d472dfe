/**
 * Kernels compiled at run time for the card at hand, with their constants, and kept as cubins.
 *
 * <p>Entry: {@link dev.javelin.cuda.nvrtc.KernelCompiler}, which any thread may use. Decisions:
 *
 * <ul>
 *   <li><b>Cubins, not PTX</b>: the driver then compiles nothing, and a cached kernel loads in well under a
 *       millisecond.
 *   <li><b>A cache entry's name is the hash of all that decides it</b>: kernel text, headers, options, architecture,
 *       compiler version. Nothing is ever invalid, so nothing is ever invalidated.
 *   <li><b>No fast math</b>: a kernel that can bear an approximation asks for it by name in its source.
 *   <li><b>Kernels see only our own headers</b>, handed over by name: no header of CUDA is on a user's machine.
 * </ul>
 */
@NullMarked
package dev.javelin.cuda.nvrtc;

import org.jspecify.annotations.NullMarked;
