/**
 * The engine: one thread that turns requests into steps and steps into tokens.
 *
 * <p>{@link dev.javelin.engine.Engine} is the entry and the only class that other threads call;
 * {@link dev.javelin.engine.EngineRequest} goes in, one {@link dev.javelin.engine.TokenBatch} a step comes out.
 */
@NullMarked
package dev.javelin.engine;

import org.jspecify.annotations.NullMarked;
