package dev.javelin.cuda.runner;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.CachePlan;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.driver.MemoryInfo;
import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The device memory of keys and values. Immutable; owns it.
 *
 * @param arena all of it
 * @param plans one a cache group
 * @param layers keys and values of each layer, by layer
 */
record KvMemory(DeviceArena arena, List<CachePlan> plans, List<LayerCache> layers) implements AutoCloseable {
    /** Tokens of a block: what attention's matrix steps take at once. */
    static final int BLOCK_TOKENS = 16;

    private static final int MOST_BLOCKS = 1 << 26;

    /**
     * Keys and values of one layer, E [blocks, KVH, BT, D] each.
     *
     * @param keys the keys
     * @param values the values
     */
    record LayerCache(DeviceBuffer keys, DeviceBuffer values) {}

    /**
     * How many bytes keys and values may have.
     *
     * @param wantedBytes what was asked for, or null for all that is left
     * @param memory of the device, when everything else is allocated
     * @param utilization share of the device that the process may fill
     * @param reservedBytes what graphs and libraries will still take
     */
    record Budget(@Nullable Long wantedBytes, MemoryInfo memory, double utilization, long reservedBytes) {
        long bytes() {
            long others = memory.totalBytes() - memory.freeBytes();
            long left = (long) (memory.totalBytes() * utilization) - others - reservedBytes;
            return wantedBytes == null ? left : Math.min(wantedBytes, Math.max(left, 0));
        }
    }

    /**
     * Allocates what a budget holds, the same number of blocks for each group.
     *
     * @throws JavelinException OUT_OF_MEMORY with the numbers if not even one block of each group fits
     */
    static KvMemory allocate(ModelSpec spec, ElementType type, Budget budget, CudaStream stream) {
        CacheFormat format = switch (type) {
            case BF16 -> CacheFormat.BF16;
            case F16 -> CacheFormat.F16;
        };
        long tokenBytes = 0;
        for (CacheGroup group : spec.cacheGroups()) {
            tokenBytes += group.elementsPerToken() * type.bytes();
        }
        long blockBytes = tokenBytes * BLOCK_TOKENS;
        int blocks = (int) Math.min(budget.bytes() / blockBytes, MOST_BLOCKS);
        if (blocks < 1) {
            throw new JavelinException(ErrorCode.OUT_OF_MEMORY, tooSmall(budget, blockBytes));
        }
        List<CachePlan> plans = new ArrayList<>();
        for (CacheGroup group : spec.cacheGroups()) {
            plans.add(new CachePlan(group, format, BLOCK_TOKENS, blocks));
        }
        int buffers = 2 * spec.layers().size();
        DeviceArena arena = DeviceArena.reserve(blocks * blockBytes + buffers * 256L, "keys and values");
        List<LayerCache> layers = new ArrayList<>();
        for (int i = 0; i < spec.layers().size(); i++) {
            CachePlan plan = plans.get(spec.layers().get(i).cacheGroupId());
            long bytes = plan.totalBytes() / (2L * plan.group().layerIndexes().size());
            LayerCache layer =
                    new LayerCache(arena.take(bytes, "keys of layer " + i), arena.take(bytes, "values of layer " + i));
            // what was never written must be numbers: a weight of zero times NaN is not zero
            DeviceCopies.fill(stream, layer.keys(), (byte) 0);
            DeviceCopies.fill(stream, layer.values(), (byte) 0);
            layers.add(layer);
        }
        return new KvMemory(arena, plans, layers);
    }

    private static String tooSmall(Budget budget, long blockBytes) {
        return String.format(
                Locale.ROOT,
                "the GPU has no room for keys and values: of %,d bytes, %,d are free, %.0f%% may be used, %,d are reserved"
                        + " for graphs, and one block of %d tokens needs %,d; raise javelin.memory-utilization, lower"
                        + " javelin.max-step-tokens or javelin.max-sequences, end other processes on this GPU, or use one"
                        + " with more memory",
                budget.memory().totalBytes(),
                budget.memory().freeBytes(),
                100 * budget.utilization(),
                budget.reservedBytes(),
                BLOCK_TOKENS,
                blockBytes);
    }

    /** Addresses of a group's keys and values, one after another, for the host to upload. */
    long[] addresses(CachePlan plan) {
        long[] addresses = new long[2 * plan.group().layerIndexes().size()];
        int at = 0;
        for (int layerIndex : plan.group().layerIndexes()) {
            addresses[at++] = layers.get(layerIndex).keys().address();
            addresses[at++] = layers.get(layerIndex).values().address();
        }
        return addresses;
    }

    @Override
    public void close() {
        arena.close();
    }
}
