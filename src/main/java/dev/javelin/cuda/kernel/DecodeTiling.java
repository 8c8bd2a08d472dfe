package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.DeviceProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How {@code decode_attention.cu} cuts its work. Immutable.
 *
 * @param warps of a block; each copies for itself
 * @param stages cache blocks of a warp in shared memory: one is worked on while the others are copied. One
 *     multiprocessor of an H100 must have 20 KB under way to keep its memory busy
 * @param blocksPerMultiprocessor blocks that share a multiprocessor, so that one copies while another merges
 */
record DecodeTiling(int warps, int stages, int blocksPerMultiprocessor) {
    private static final int WARP_THREADS = 32;
    private static final List<DecodeTiling> CHOICES = choices();

    /** The first that the device has room for. */
    static DecodeTiling choose(AttentionShape shape, DeviceProperties device) {
        return CHOICES.stream()
                .filter(tiling -> SharedMemory.fits(device, tiling.sharedBytes(shape), tiling.blocksPerMultiprocessor))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("decode attention does not fit into "
                        + device.sharedBytesPerBlock() + " bytes of shared memory"));
    }

    private static List<DecodeTiling> choices() {
        List<DecodeTiling> choices = new ArrayList<>();
        for (int warps = 4; warps >= 2; warps /= 2) {
            for (int blocks = 2; blocks >= 1; blocks--) {
                for (int stages = 4; stages >= 2; stages--) {
                    choices.add(new DecodeTiling(warps, stages, blocks));
                }
            }
        }
        return List.copyOf(choices);
    }

    int blockThreads() {
        return warps * WARP_THREADS;
    }

    int sharedBytes(AttentionShape shape) {
        int stageBytes = 2 * shape.blockTokens() * shape.sharedRowBytes();
        return warps * (stages * stageBytes + packSumsBytes(shape));
    }

    /** Bytes of a pack's sums: elements of the heads, and four more floats each. */
    static int packSumsBytes(AttentionShape shape) {
        return shape.packHeadCount() * (shape.headDim() + 4) * Float.BYTES;
    }

    Map<String, Integer> defines() {
        return Map.of("WARPS", warps, "STAGES", stages, "BLOCKS_PER_SM", blocksPerMultiprocessor);
    }
}
