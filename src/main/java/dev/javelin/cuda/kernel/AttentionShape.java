package dev.javelin.cuda.kernel;

import java.util.Map;
import java.util.TreeMap;

/**
 * What attention kernels are compiled for and launched with: one layer's attention. Immutable.
 *
 * @param headCount query heads
 * @param kvHeadCount key and value heads; divides {@code headCount}
 * @param headDim elements of a head: a multiple of 16, at most 256
 * @param scale multiplies query times key, positive
 * @param windowTokens a position sees itself and this many less one before it; 0 for all
 * @param blockTokens tokens of a cache block: 16
 */
public record AttentionShape(
        int headCount, int kvHeadCount, int headDim, float scale, int windowTokens, int blockTokens) {
    private static final int HEAD_DIM_STEP = 16;
    private static final int MOST_HEAD_DIM = 256;
    private static final int BLOCK_TOKENS = 16;
    private static final int MOST_PACK_HEADS = 16;
    private static final float LOG2_E = 1.442695f;

    /** Checks what the kernels can do. */
    public AttentionShape {
        require(kvHeadCount > 0 && headCount > 0 && headCount % kvHeadCount == 0, "head counts", headCount);
        require(
                headDim > 0 && headDim <= MOST_HEAD_DIM && headDim % HEAD_DIM_STEP == 0,
                "head elements (multiples of " + HEAD_DIM_STEP + " up to " + MOST_HEAD_DIM + ")",
                headDim);
        require(windowTokens >= 0, "window", windowTokens);
        require(blockTokens == BLOCK_TOKENS, "tokens of a block (" + BLOCK_TOKENS + ")", blockTokens);
        if (!(scale > 0) || Float.isInfinite(scale)) {
            throw new IllegalArgumentException("attention scale is " + scale + ", it must be positive");
        }
    }

    /** Elements of a token's queries, keys and values. */
    public int qkvElements() {
        return (headCount + 2 * kvHeadCount) * headDim;
    }

    /** Elements of a token's attention output. */
    public int attendedElements() {
        return headCount * headDim;
    }

    /** Elements of a block in one layer's keys, or values. */
    public int cacheBlockElements() {
        return kvHeadCount * blockTokens * headDim;
    }

    /** Query heads that a block of threads works on together; PACK_HEADS in {@code attention.cuh}. */
    int packHeadCount() {
        return Math.ceilDiv(headCount / kvHeadCount, packsPerKvHead());
    }

    /** Such packs in all; PACKS in {@code attention.cuh}. */
    int packCount() {
        return kvHeadCount * packsPerKvHead();
    }

    private int packsPerKvHead() {
        return Math.ceilDiv(headCount / kvHeadCount, MOST_PACK_HEADS);
    }

    /** Bytes of a head's row in shared memory; ROW_BYTES in {@code attention.cuh}. */
    int sharedRowBytes() {
        return headDim * Short.BYTES + 16;
    }

    /** The scale for weights that are powers of two. */
    float scaleLog2() {
        return scale * LOG2_E;
    }

    /** The constants of {@code attention.cuh} and those of one kernel. */
    Map<String, String> defines(ElementType type, Map<String, Integer> others) {
        Map<String, String> defines = new TreeMap<>(type.defines());
        defines.put("HEAD_COUNT", Integer.toString(headCount));
        defines.put("KV_HEAD_COUNT", Integer.toString(kvHeadCount));
        defines.put("HEAD_DIM", Integer.toString(headDim));
        defines.put("BLOCK_TOKENS", Integer.toString(blockTokens));
        others.forEach((name, value) -> defines.put(name, Integer.toString(value)));
        return defines;
    }

    private static void require(boolean holds, String what, int value) {
        if (!holds) {
            throw new IllegalArgumentException("attention kernels do not support these " + what + ": " + value);
        }
    }
}
