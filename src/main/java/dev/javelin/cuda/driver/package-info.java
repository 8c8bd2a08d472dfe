/**
 * The CUDA driver behind objects with one owner each: device, streams, events, graphs, modules, launches.
 *
 * <p>Entry: {@link dev.javelin.cuda.driver.CudaAvailability#probe} says whether there is a GPU to use,
 * {@link dev.javelin.cuda.driver.CudaDevice#open} opens it. The owner of a device and of all that is made on it is one
 * thread; what others may call says so. Decisions:
 *
 * <ul>
 *   <li><b>No class of the bindings is touched before the libraries are loaded</b>, by absolute path
 *       ({@link dev.javelin.cuda.driver.CudaLibraries}): Javelin starts on any machine, says what is missing, and needs
 *       no {@code LD_LIBRARY_PATH}.
 *   <li><b>A launch allocates nothing</b>: arguments live in a block that is written again
 *       ({@link dev.javelin.cuda.driver.KernelArguments}), the stream keeps the launch's description.
 *   <li><b>A launch checks its arguments' number and widths</b> against the compiled kernel, which the driver does not.
 *   <li><b>Every call is checked</b>; errors of earlier asynchronous work come out at whichever call is next, so their
 *       message names that call.
 *   <li><b>Capture is thread-local</b>, so that threads of other GPUs may allocate meanwhile.
 * </ul>
 */
@NullMarked
package dev.javelin.cuda.driver;

import org.jspecify.annotations.NullMarked;
