/**
 * The vocabulary of one request: {@link dev.javelin.generation.GenerationRequest} goes in, a series of
 * {@link dev.javelin.generation.GenerationEvent} comes out.
 *
 * <p>Everything here is immutable and knows only the JDK, so that every dialect, the offline API and the engine speak
 * the same words. Ranges are checked where a record is built: a {@link dev.javelin.generation.SamplingParams} that
 * exists is valid, except for token ids, which only a vocabulary can judge
 * ({@link dev.javelin.generation.GenerationRequest#checkTokenIds}).
 */
@NullMarked
package dev.javelin.generation;

import org.jspecify.annotations.NullMarked;
