package dev.javelin.cuda.driver;

/**
 * Memory of a device at one moment, whoever uses it. Immutable.
 *
 * @param freeBytes what a new allocation could have at most
 * @param totalBytes what the device has
 */
public record MemoryInfo(long freeBytes, long totalBytes) {}
