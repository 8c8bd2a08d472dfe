/**
 * From tokens to text, and from the engine thread to subscribers. Entry: {@link dev.javelin.output.GenerationService},
 * the Reactor-facing service in front of the engine.
 *
 * <pre>
 * subscriber ---- subscribe ----&gt; permit -&gt; tokenize-* : render, encode, check -&gt; Engine.submit
 *     ^                                                                              |
 *     | request(n)                                                             engine thread
 *     |                                                                              |
 * EventBuffer &lt;- ActiveRequest on its output-* lane &lt;- TokenDistributor &lt;- one TokenBatch a step
 *  (merges)      (decode, match stop strings)           (only hands on)
 * </pre>
 *
 * <p>Threads: {@code tokenize-*} threads share nothing; each request belongs to one {@code output-*} lane, which alone
 * touches its decoders and stop matchers; the engine thread only appends to lanes. Nobody here blocks, and only
 * {@link dev.javelin.output.GenerationService} and the subscription behind it know Reactor.
 *
 * <p>Decisions:
 *
 * <ul>
 *   <li>A subscriber that is behind gets merged deltas: what waits for it is one delta a choice, so that a slow client
 *       costs at most its own answer's memory and never a token.
 *   <li>A permit is held until the request is first scheduled: the limit covers encoding, inbox and waiting list alike.
 *   <li>A stop string counts when its last character came with a token beyond {@code min_tokens}; of several that end
 *       at the same character the longest wins; the one that ends first wins over all others. So the answer does not
 *       depend on how the text was cut into tokens or steps.
 *   <li>A request that the engine cancelled while its subscriber still listens fails with NOT_READY: the server is
 *       going away, and half an answer must not look like a whole one.
 * </ul>
 */
@NullMarked
package dev.javelin.output;

import org.jspecify.annotations.NullMarked;
