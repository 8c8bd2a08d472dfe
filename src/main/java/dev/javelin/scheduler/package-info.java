/**
 * Continuous batching: which tokens of which sequences run next. {@link dev.javelin.scheduler.Scheduler} is the entry;
 * everything mutable here belongs to the engine thread.
 *
 * <p>A step has one token budget. Running sequences come first, one token each; then chunks of prompts that are being
 * computed; then waiting sequences, in rank order (priority, then arrival), as long as a slot, budget and blocks for
 * their whole prompt are there. Decisions:
 *
 * <ul>
 *   <li><b>A prompt's blocks are reserved when it is admitted</b>, so only growing answers can run out of blocks; then
 *       the sequence that ranks last gives up its blocks and waits to be computed again (recompute; its full blocks
 *       stay cached and are usually found again). The one that ranks first is never preempted, so there is always
 *       progress.
 *   <li><b>Nobody overtakes a waiting sequence that does not fit</b>, or it would starve. A further choice of a request
 *       waits for its first choice's prompt, which it then finds in the prefix cache; it does not hold others up.
 *   <li><b>With steps in flight, lengths are bounds.</b> {@code plannedTokens} and {@code samplesInFlight} say what is
 *       on its way; a result that arrives for a sequence that ended or was preempted meanwhile is recognised by its
 *       epoch and thrown away (a metric: overrun tokens).
 * </ul>
 */
@NullMarked
package dev.javelin.scheduler;

import org.jspecify.annotations.NullMarked;
