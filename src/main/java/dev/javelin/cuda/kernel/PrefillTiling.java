package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.DeviceProperties;
import java.util.List;
import java.util.Map;

/**
 * How {@code prefill_attention.cu} cuts its work. Immutable.
 *
 * @param warps of a block
 * @param rowTiles 16-row matrices of a warp; a block has {@code warps * rowTiles * 16} query rows
 * @param keyTokens keys that are in shared memory at once, of each stage
 * @param stages tiles of keys in shared memory: one is worked on while the others are copied
 * @param blocksPerMultiprocessor blocks that share a multiprocessor, so that one's softmax overlaps another's products
 */
record PrefillTiling(int warps, int rowTiles, int keyTokens, int stages, int blocksPerMultiprocessor) {
    /**
     * Best first. Two matrices of rows a warp halve the traffic of shared memory, which bounds the products; a head of
     * 256 elements leaves registers for one.
     */
    private static final List<PrefillTiling> NARROW = List.of(
            new PrefillTiling(4, 2, 64, 2, 2),
            new PrefillTiling(4, 2, 32, 2, 2),
            new PrefillTiling(4, 2, 64, 2, 1),
            new PrefillTiling(4, 2, 32, 2, 1));

    private static final List<PrefillTiling> WIDE = List.of(
            new PrefillTiling(8, 1, 64, 2, 1), new PrefillTiling(8, 1, 32, 2, 1), new PrefillTiling(4, 1, 32, 2, 1));

    private static final int WARP_THREADS = 32;
    private static final int MATRIX_ROWS = 16;
    private static final int MOST_NARROW_DIM = 128;

    /** The first that the device has room for. */
    static PrefillTiling choose(AttentionShape shape, DeviceProperties device) {
        return choices(shape).stream()
                .filter(tiling -> SharedMemory.fits(device, tiling.sharedBytes(shape), tiling.blocksPerMultiprocessor))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("prefill attention does not fit into "
                        + device.sharedBytesPerBlock() + " bytes of shared memory"));
    }

    /** All that may be chosen for a shape. */
    static List<PrefillTiling> choices(AttentionShape shape) {
        return shape.headDim() <= MOST_NARROW_DIM ? NARROW : WIDE;
    }

    int blockThreads() {
        return warps * WARP_THREADS;
    }

    int queryRows() {
        return warps * rowTiles * MATRIX_ROWS;
    }

    int tileTokens(AttentionShape shape) {
        return queryRows() / shape.packHeadCount();
    }

    int sharedBytes(AttentionShape shape) {
        return (queryRows() + stages * 2 * keyTokens) * shape.sharedRowBytes();
    }

    Map<String, Integer> defines() {
        return Map.of(
                "WARPS", warps,
                "ROW_TILES", rowTiles,
                "KEY_TILE", keyTokens,
                "STAGES", stages,
                "BLOCKS_PER_SM", blocksPerMultiprocessor);
    }
}
