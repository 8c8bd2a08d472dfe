package dev.javelin.kvcache;

/**
 * Names the content of a full block and everything before it. Immutable.
 *
 * @param high upper 64 bits
 * @param low lower 64 bits
 */
public record BlockKey(long high, long low) {}
