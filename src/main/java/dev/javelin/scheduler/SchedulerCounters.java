package dev.javelin.scheduler;

/**
 * What the scheduler counted since the start. Immutable.
 *
 * @param promptTokens prompt tokens of requests scheduled for the first time, cached ones included
 * @param cachedPromptTokens those of them that came from the prefix cache
 * @param generatedTokens tokens appended to answers
 * @param overrunTokens tokens drawn for sequences that had ended or lost their slot meanwhile
 * @param computedTokens tokens planned to pass the runner
 * @param preemptionCount how often a sequence lost its blocks to another
 */
public record SchedulerCounters(
        long promptTokens,
        long cachedPromptTokens,
        long generatedTokens,
        long overrunTokens,
        long computedTokens,
        long preemptionCount) {}
