/**
 * Device and page-locked memory, and copies between them.
 *
 * <p>Entry: {@link dev.javelin.cuda.memory.DeviceArena#reserve}, once for each lifetime (weights, cache, workspace);
 * buffers are ranges of an arena and own nothing, so that nothing on the decode path allocates or frees. An arena
 * belongs to the thread that reserved it. Each launcher checks the lengths of its buffers with
 * {@link dev.javelin.cuda.memory.DeviceBuffer#requireBytes}.
 */
@NullMarked
package dev.javelin.cuda.memory;

import org.jspecify.annotations.NullMarked;
