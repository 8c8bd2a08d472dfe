/**
 * The engine: one thread that turns requests into steps and steps into tokens.
 *
 * <p>{@link dev.javelin.engine.Engine} is the entry and the only type that other threads call;
 * {@link dev.javelin.engine.EngineRequest} goes in, one {@link dev.javelin.engine.TokenBatch} a duty cycle comes out.
 * {@link dev.javelin.engine.EngineLoop#step} is that cycle, with nothing of threads in it, so that tests drive it:
 *
 * <pre>
 *    drain inbox and signals
 *    while the runner can hold no more:  await the oldest step, complete it
 *    plan ---- nothing to run? ------------------------------+
 *    launch: the device works from here on                   |
 *    complete the step before, if the runner holds several   | complete the oldest step in flight
 *    sample &lt;------------------------------------------------+
 *    hand the batch to the sink, publish the snapshot
 * </pre>
 *
 * Decisions:
 *
 * <ul>
 *   <li><b>Steps in flight are a queue passed along</b>, bounded by the runner's {@code maxStepsInFlight}: with one, a
 *       step completes before the next is planned; with two, the device works on one while Java completes the other.
 *   <li><b>The engine itself bounds nothing that waits</b>: whoever stands in front of it holds the permits (the
 *       server), or wants no bound (the offline API).
 *   <li><b>An error that names a sequence ends its request; any other ends the engine</b>: every request gets its end
 *       with that error, and the owner is told. Nothing is retried on a device that failed.
 *   <li><b>While nobody has asked for anything, {@link dev.javelin.engine.WarmUp} runs made-up steps</b> for a few
 *       seconds at most, so that the first request meets compiled kernels; the first request ends it for good.
 * </ul>
 */
@NullMarked
package dev.javelin.engine;

import org.jspecify.annotations.NullMarked;
