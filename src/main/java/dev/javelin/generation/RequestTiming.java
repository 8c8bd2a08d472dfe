package dev.javelin.generation;

/**
 * When a request reached each stage, in the engine's monotonic nanoseconds. Immutable. A stage that was never reached
 * has the time of the next one that was.
 *
 * @param arrivedNanos the service took the request
 * @param queuedNanos the prompt was encoded and handed to the engine
 * @param scheduledNanos its first tokens were planned
 * @param firstTokenNanos its first token was known
 * @param finishedNanos its last choice ended
 */
public record RequestTiming(
        long arrivedNanos, long queuedNanos, long scheduledNanos, long firstTokenNanos, long finishedNanos) {}
