/**
 * Settings and wiring: the only package that reads the environment and the only one that knows all others.
 *
 * <p>{@link dev.javelin.config.JavelinAutoConfiguration} wires one engine over one model; an application gets it by
 * having the jar on its class path, not by scanning our packages. Settings are bound once
 * ({@link dev.javelin.config.JavelinProperties}), every {@code auto} is resolved once, with its reason
 * ({@link dev.javelin.config.ResolvedSettings}), and nothing reads a setting where it is used. The parts themselves are
 * put together by {@link dev.javelin.config.EngineAssembly}, which knows no Spring: benchmarks use it, too.
 */
@NullMarked
package dev.javelin.config;

import org.jspecify.annotations.NullMarked;
