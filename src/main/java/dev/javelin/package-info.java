/** Javelin, an LLM inference server for the JVM: the process's entry point. */
@NullMarked
package dev.javelin;

import org.jspecify.annotations.NullMarked;
