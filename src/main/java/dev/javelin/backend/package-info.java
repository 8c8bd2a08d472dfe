/**
 * The seam between scheduling and hardware: the engine builds a {@link dev.javelin.backend.StepPlan} and hands it to a
 * {@link dev.javelin.backend.ModelRunner}, which answers with a {@link dev.javelin.backend.StepResult}.
 *
 * <p>Owner: the engine thread calls the runner; what happens behind {@code launch} is the runner's own business.
 * Decisions:
 *
 * <ul>
 *   <li><b>A plan row is a span.</b> A decode is a span of one token, a chunk of a prompt a span of many, a speculative
 *       verification will be a span of 1 + k. There are no phase flags and no sign tricks.
 *   <li><b>Slots hold a sequence's state</b> on the device: length, block tables, last token, token counts for
 *       penalties, how it samples. Only changes travel, as {@link dev.javelin.backend.SlotOp}s, which precede the rows
 *       they concern.
 *   <li><b>Lengths in flight are bounds.</b> The plan does not say where a row starts: the slot knows. Java knows the
 *       upper bound and reserves blocks for it.
 *   <li><b>Sampling is the second half of a step</b>: {@code launch} starts the forward pass, {@code sample} the rest,
 *       with the masks of the rows that asked to wait for one.
 *   <li><b>Randomness is keyed</b> by (seed, choice, position, purpose): {@link dev.javelin.backend.CounterRandom}.
 *       Batch mates, preemption and the device never change a draw.
 * </ul>
 */
@NullMarked
package dev.javelin.backend;

import org.jspecify.annotations.NullMarked;
