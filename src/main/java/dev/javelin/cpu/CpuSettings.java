package dev.javelin.cpu;

import dev.javelin.backend.CacheFormat;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;

/**
 * How much of the machine a {@link CpuModelRunner} takes. Immutable.
 *
 * @param threads threads that compute, the engine thread counted; at least 1
 * @param maxSlots sequences that can be in a step; at least 1
 * @param maxStepTokens tokens of one step over all rows; at least {@code maxSlots}
 * @param blockTokens tokens of a cache block: a power of two, 32 to 1024
 * @param kvBytes memory for keys and values; see {@link KvBudget}
 * @param cacheFormat how keys and values are stored
 */
public record CpuSettings(
        int threads, int maxSlots, int maxStepTokens, int blockTokens, long kvBytes, CacheFormat cacheFormat) {
    /** Tokens of a block unless something else is asked for. */
    public static final int DEFAULT_BLOCK_TOKENS = 32;

    /** How keys and values are stored unless something else is asked for: the vector units' own format. */
    public static final CacheFormat DEFAULT_CACHE_FORMAT = CacheFormat.F32;

    private static final int MOST_BLOCK_TOKENS = 1024;

    /**
     * Checks every range.
     *
     * @throws JavelinException INVALID_SETTING that names the setting, its value and the limit
     */
    public CpuSettings {
        check("cpu.threads", threads, threads >= 1, "at least 1");
        check("cpu.max-slots", maxSlots, maxSlots >= 1, "at least 1");
        check(
                "cpu.max-step-tokens",
                maxStepTokens,
                maxStepTokens >= maxSlots,
                "at least the number of slots, " + maxSlots);
        check(
                "cpu.block-tokens",
                blockTokens,
                blockTokens >= DEFAULT_BLOCK_TOKENS
                        && blockTokens <= MOST_BLOCK_TOKENS
                        && Integer.bitCount(blockTokens) == 1,
                "a power of two from " + DEFAULT_BLOCK_TOKENS + " to " + MOST_BLOCK_TOKENS);
    }

    private static void check(String field, int value, boolean valid, String range) {
        if (!valid) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING, field, field + " is " + value + ", it must be " + range);
        }
    }
}
