package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.DeviceProperties;

/** What blocks of threads may keep in shared memory. Stateless. */
final class SharedMemory {
    /** What the driver takes for every block. */
    private static final int RESERVED_BYTES = 1024;

    private SharedMemory() {}

    /** Whether so many blocks with so much dynamic shared memory fit onto a multiprocessor at once. */
    static boolean fits(DeviceProperties device, int blockBytes, int blockCount) {
        return blockBytes <= device.sharedBytesPerBlock()
                && (long) (blockBytes + RESERVED_BYTES) * blockCount <= device.sharedBytesPerMultiprocessor();
    }
}
