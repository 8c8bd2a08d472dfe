package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.DeviceProperties;
import java.util.Map;

/**
 * How products with few rows are started and, in {@code skinny_gemm.cu}, bring weights into shared memory. Immutable.
 *
 * @param bulk whether a warp of its own starts bulk copies (compute capability 9.0 and up), else each lane copies what
 *     it will read
 * @param stages how many chunks of 16 KB are under way
 * @param programmatic whether a product may start while its predecessor ends; false only to measure what that gains
 */
record SkinnyTuning(boolean bulk, int stages, boolean programmatic) {
    /**
     * Enough to cover the memory's latency (80 KB a multiprocessor), while at one row two blocks fit side by side: the
     * next kernel's block fills its stages while this one ends.
     */
    private static final int STAGES = 5;

    /** Weights of a chunk. */
    static final long CHUNK_BYTES = 16L << 10;

    private static final int MAX_STAGES = 16;
    private static final int WARP_THREADS = 32;
    private static final int CHUNK_ROW_BYTES = 2 * 512;
    private static final int FRAGMENT_ROWS = 16;

    /** Bulk copies lay rows 64 bytes off, against bank conflicts. */
    private static final int ROW_PADDING_BYTES = 64;

    SkinnyTuning {
        Limits.requireRange("stages", stages, 1, MAX_STAGES);
    }

    static SkinnyTuning of(DeviceProperties device) {
        return new SkinnyTuning(device.computeMajor() >= 9, STAGES, true);
    }

    /** Threads that only copy. */
    int copyThreads() {
        return bulk ? WARP_THREADS : 0;
    }

    /** Shared memory of all stages. */
    long ringBytes() {
        return (long) stages * FRAGMENT_ROWS * (CHUNK_ROW_BYTES + (bulk ? ROW_PADDING_BYTES : 0));
    }

    void addTo(Map<String, String> defines) {
        defines.put("STAGES", Integer.toString(stages));
        if (bulk) {
            defines.put("BULK_COPIES", "");
        }
    }
}
