package dev.javelin.cpu;

import static dev.javelin.cpu.RawMemory.ALL;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.CachePlan;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;

/**
 * The blocks' memory of one cache group. Confined to the engine thread between loops; workers write distinct positions
 * and read settled ones.
 *
 * <pre>
 * block  [layers of the group][kvHeads] of
 *   keys    [headDim][blockTokens]            transposed: a vector holds one element of many positions
 *   values  [blockTokens][padded headDim]     a vector holds many elements of one position
 * </pre>
 */
final class KvCache {
    private final int blockTokens;
    private final CacheFormat format;
    private final int kvHeadCount;
    private final int headDim;
    private final int paddedHeadDim;
    private final int elementBytes;
    private final long headBytes;
    private final long blockBytes;
    private final long base;

    KvCache(CachePlan plan, RawMemory memory) {
        blockTokens = plan.blockTokens();
        format = plan.format();
        kvHeadCount = plan.group().kvHeadCount();
        headDim = plan.group().headDim();
        paddedHeadDim = Lanes.padded(headDim);
        elementBytes = format.elementBytes();
        headBytes = (long) (headDim + paddedHeadDim) * blockTokens * elementBytes;
        blockBytes = headBytes * kvHeadCount * plan.group().layerIndexes().size();
        base = memory.allocate(blockBytes * plan.blockCount());
    }

    int blockTokens() {
        return blockTokens;
    }

    /** Bytes of a block, with its heads' padding. */
    long blockBytes() {
        return blockBytes;
    }

    /** Stores one head's key and value of one position. */
    void put(int blockId, int layer, int kvHead, int offset, long key, long value) {
        long keys = headAddress(blockId, layer, kvHead);
        long values = keys + (long) headDim * blockTokens * elementBytes;
        for (int i = 0; i < headDim; i++) {
            putElement(keys, i * blockTokens + offset, RawMemory.floatAt(key + (long) i * Float.BYTES));
        }
        for (int i = 0; i < headDim; i++) {
            putElement(values, offset * paddedHeadDim + i, RawMemory.floatAt(value + (long) i * Float.BYTES));
        }
    }

    private void putElement(long array, int index, float value) {
        switch (format) {
            case F32 -> RawMemory.putFloat(array + (long) index * Float.BYTES, value);
            case F16 ->
                ALL.set(ValueLayout.JAVA_SHORT, array + (long) index * Short.BYTES, Float.floatToFloat16(value));
            case BF16 -> ALL.set(ValueLayout.JAVA_SHORT, array + (long) index * Short.BYTES, toBrainHalf(value));
        }
    }

    /** Rounds to the nearest upper half, ties to even; NaN stays NaN. */
    static short toBrainHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) ((bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16);
    }

    /**
     * The keys of a block's head as floats.
     *
     * @param scratch memory for {@code (headDim + padded headDim) * blockTokens} floats, used where the cache holds
     *     something else
     * @return the address of the keys; the values follow them
     */
    long floats(int blockId, int layer, int kvHead, long scratch) {
        long head = headAddress(blockId, layer, kvHead);
        int count = (headDim + paddedHeadDim) * blockTokens;
        switch (format) {
            case F32 -> {
                return head;
            }
            case F16 -> {
                for (int i = 0; i < count; i += Lanes.COUNT) {
                    store(Unpacker.halves(head + (long) i * Short.BYTES), scratch, i);
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i += Lanes.COUNT) {
                    store(Unpacker.brainHalves(head + (long) i * Short.BYTES), scratch, i);
                }
            }
        }
        return scratch;
    }

    private static void store(FloatVector values, long target, int index) {
        values.intoMemorySegment(ALL, target + (long) index * Float.BYTES, Lanes.ORDER);
    }

    /** Copies a block, all layers. */
    void copyBlock(int fromBlockId, int toBlockId) {
        RawMemory.copy(base + fromBlockId * blockBytes, base + toBlockId * blockBytes, blockBytes);
    }

    private long headAddress(int blockId, int layer, int kvHead) {
        return base + blockId * blockBytes + ((long) layer * kvHeadCount + kvHead) * headBytes;
    }
}
