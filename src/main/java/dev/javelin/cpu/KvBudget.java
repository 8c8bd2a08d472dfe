package dev.javelin.cpu;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.CachePlan;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;

/** How much memory keys and values get, and how it becomes blocks. Stateless. */
public final class KvBudget {
    /** Full contexts beyond which more cache is not worth its memory on a CPU. */
    private static final int MOST_FULL_CONTEXTS = 8;
    /** The share of free memory that the cache may take is one in this many. */
    private static final int FREE_SHARE = 4;

    private KvBudget() {}

    /**
     * What 8 full contexts need, and at most a quarter of the free memory.
     *
     * @param spec the model
     * @param format how keys and values are stored
     * @param freeBytes memory free at start, the container's limit respected
     */
    public static long defaultBytes(ModelSpec spec, CacheFormat format, long freeBytes) {
        long tokenBytes = bytesPerToken(spec, format);
        return Math.min(tokenBytes * spec.contextTokens() * MOST_FULL_CONTEXTS, freeBytes / FREE_SHARE);
    }

    /** Bytes that a token's keys and values take over all groups. */
    public static long bytesPerToken(ModelSpec spec, CacheFormat format) {
        return spec.cacheGroups().stream()
                        .mapToLong(CacheGroup::elementsPerToken)
                        .sum()
                * format.elementBytes();
    }

    /**
     * Cuts a budget into blocks, as many for each group.
     *
     * @throws JavelinException OUT_OF_MEMORY if not even one block fits
     */
    static List<CachePlan> plans(ModelSpec spec, CpuSettings settings) {
        long blockBytes = bytesPerToken(spec, settings.cacheFormat()) * settings.blockTokens();
        int blocks = Math.toIntExact(Math.min(settings.kvBytes() / blockBytes, 1 << 24));
        if (blocks < 1) {
            throw new JavelinException(
                    ErrorCode.OUT_OF_MEMORY,
                    "the KV cache has " + settings.kvBytes() + " bytes, one block of " + settings.blockTokens()
                            + " tokens needs " + blockBytes);
        }
        List<CachePlan> plans = new ArrayList<>();
        for (CacheGroup group : spec.cacheGroups()) {
            plans.add(new CachePlan(group, settings.cacheFormat(), settings.blockTokens(), blocks));
        }
        return plans;
    }
}
