package dev.javelin.cuda.driver;

/**
 * How many threads a kernel starts, and how. Immutable; blocks are one-dimensional.
 *
 * @param gridX blocks in x, 1 to 2^31 - 1
 * @param gridY blocks in y, 1 to 65535
 * @param gridZ blocks in z, 1 to 65535
 * @param blockThreads threads of a block, 1 to 1024
 * @param sharedBytes dynamic shared memory of a block
 * @param programmatic whether the kernel may start before its predecessor on the stream has ended (programmatic
 *     dependent launch): it must then execute {@code griddepcontrol.wait} before it reads what the predecessor wrote or
 *     writes what it reads. Without effect before compute capability 9.0
 */
public record LaunchShape(int gridX, int gridY, int gridZ, int blockThreads, int sharedBytes, boolean programmatic) {
    private static final int MAX_GRID_YZ = 65_535;
    private static final int MAX_BLOCK_THREADS = 1024;
    private static final int MAX_SHARED_BYTES = 1 << 20;

    /** Checks the limits that hold for every device. */
    public LaunchShape {
        require("gridX", gridX, 1, Integer.MAX_VALUE);
        require("gridY", gridY, 1, MAX_GRID_YZ);
        require("gridZ", gridZ, 1, MAX_GRID_YZ);
        require("blockThreads", blockThreads, 1, MAX_BLOCK_THREADS);
        require("sharedBytes", sharedBytes, 0, MAX_SHARED_BYTES);
    }

    /** A one-dimensional grid without dynamic shared memory that waits for its predecessor. */
    public static LaunchShape of(int gridX, int blockThreads) {
        return new LaunchShape(gridX, 1, 1, blockThreads, 0, false);
    }

    private static void require(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", the limits are " + min + " and " + max);
        }
    }
}
