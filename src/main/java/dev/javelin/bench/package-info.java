/**
 * Measurements: how fast the engine is on the device at hand, and how near that comes to what the device can do.
 *
 * <p>{@link dev.javelin.bench.EngineBench} is the entry. It opens model, runner and engine through
 * {@link dev.javelin.config.EngineAssembly}, as a server does, and drives {@link dev.javelin.engine.Engine} as the
 * server's own services do: a request of token ids goes in, tokens arrive at a {@link dev.javelin.engine.TokenSink}.
 * Nothing bypasses the scheduler, the paged cache or sampling.
 *
 * <pre>
 * RowCatalog -> Row.measure(Trials) -> MeasuredEngine.run -> ThreadedEngine -> MeteredRunner -> the runner
 *                 |                       |  TokenClock: when tokens arrive      StepMeter: the engine thread's time
 *                 |                       +-> RunTimes
 *                 +-> RowOutcome (Samples, a floor by Floors) -> EngineReport: Markdown or JSON
 * </pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>A figure stands beside its floor.</b> {@link dev.javelin.bench.ModelCosts} says what a token costs,
 *       {@link dev.javelin.bench.DeviceCeilings} what the device was just seen to do, {@link dev.javelin.bench.Floors}
 *       divides the two. So figures of different cards compare by their share.
 *   <li><b>Time is the wall clock where tokens reach Java</b>: one reading a step, as the sink is entered.
 *   <li><b>A figure is the median of repeats after a warm-up</b>; rows that take long run once. Each repeat has new
 *       random prompts, drawn from the seed and the row's name, so that a row's work does not depend on which others
 *       are run. Lengths are drawn once a row: every repeat, and every build, has the same.
 *   <li><b>One engine runs all rows</b>, with the prefix cache on; a request that must find nothing has a cache salt of
 *       its own. Loading a large model for each row would take longer than measuring.
 *   <li><b>A backend plugs in at {@link dev.javelin.bench.BenchDevice}</b>: how to measure its ceilings, and how many
 *       bytes of weights its runner streams a step.
 *   <li><b>No Spring context</b>: the start's row times what a server needs but for the web server.
 * </ul>
 *
 * <p>{@link dev.javelin.bench.load} measures from outside instead: any server, over HTTP.
 *
 * <p>Threads: the main thread submits and waits; the engine's own thread writes times, which the main thread reads when
 * a run has ended.
 */
@NullMarked
package dev.javelin.bench;

import org.jspecify.annotations.NullMarked;
