/**
 * What Javelin tells of itself: {@link dev.javelin.telemetry.EngineMetrics} binds Micrometer's meters to the engine's
 * snapshot, from outside: the engine knows nothing of meters and pays nothing for them.
 *
 * <p>Names are vLLM's where it has the same quantity, so that its dashboards work; {@code javelin_} only for what it
 * has not.
 */
@NullMarked
package dev.javelin.telemetry;

import org.jspecify.annotations.NullMarked;
