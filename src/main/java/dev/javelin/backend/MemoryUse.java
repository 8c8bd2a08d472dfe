package dev.javelin.backend;

/**
 * One line of the memory plan. Immutable.
 *
 * @param purpose what for: "weights (mapped)", "KV cache", "workspace"
 * @param bytes how much
 */
public record MemoryUse(String purpose, long bytes) {}
