package dev.javelin.engine;

/**
 * The engine at one moment, published after each step; counters count since the start. Immutable.
 *
 * @param state where it is in its life
 * @param stepCount steps completed
 * @param waitingRequests accepted and not yet scheduled, or preempted
 * @param runningSequences sequences with a slot
 * @param usedBlocks blocks that sequences hold, over all cache groups
 * @param cachedBlocks blocks that nobody holds but the prefix cache remembers
 * @param totalBlocks all blocks
 * @param promptTokens prompt tokens of scheduled requests, cached ones included
 * @param cachedPromptTokens those of them that came from the prefix cache
 * @param generatedTokens tokens drawn and delivered
 * @param overrunTokens tokens computed and thrown away: past a stop, a cancel or an end
 * @param computedTokens tokens that passed the runner
 * @param preemptionCount sequences that lost their blocks to another
 * @param finishedRequests requests that ended, however
 * @param busyNanos time in which a step was in flight
 */
public record EngineSnapshot(
        EngineState state,
        long stepCount,
        int waitingRequests,
        int runningSequences,
        int usedBlocks,
        int cachedBlocks,
        int totalBlocks,
        long promptTokens,
        long cachedPromptTokens,
        long generatedTokens,
        long overrunTokens,
        long computedTokens,
        long preemptionCount,
        long finishedRequests,
        long busyNanos) {}
