/**
 * Load over HTTP: many streaming completions against any server that speaks OpenAI's API, and when their tokens came.
 *
 * <p>{@link dev.javelin.bench.load.LoadBench} is the entry.
 *
 * <pre>
 * LoadPlan (what is sent, and when) -> LoadClient -> StreamHandler -> SseScanner -> StreamResult -> LoadReport
 * </pre>
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li><b>The client must cost little</b>, since it usually runs on the server's machine: one event loop of Netty's,
 *       no JSON parser but for the last event, bytes scanned where they arrive. (The JDK's HttpClient with the same
 *       scanner took 6 to 13 us of the process's CPU a token where this takes 4 to 7, on two busy cores.) What it costs
 *       is measured each time, against {@link dev.javelin.bench.load.NullServer}, which streams canned events to all
 *       clients in turn as an engine's steps do, and printed.
 *   <li><b>Arrivals do not wait for answers</b>: all at once, or Poisson at a given rate, whatever the server does. A
 *       request's time begins when it is due to be sent, connecting included.
 *   <li><b>Tokens are what the server says it counted</b> ({@code usage}); events may hold several. A stream counts as
 *       answered only if it ended with {@code [DONE]}.
 * </ul>
 *
 * <p>Threads: {@code bench-client} sends and receives; the main thread waits for the end.
 */
@NullMarked
package dev.javelin.bench.load;

import org.jspecify.annotations.NullMarked;
