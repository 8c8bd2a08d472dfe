package dev.javelin.cuda.memory;

import dev.javelin.cuda.driver.CudaDevice;
import dev.javelin.cuda.driver.CudaStatus;
import dev.javelin.cuda.driver.MemoryInfo;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import org.bytedeco.cuda.global.cudart;

/**
 * One allocation of device memory, handed out from front to back in 256-byte steps and freed as a whole. Confined to
 * one thread, on which its device is current.
 */
public final class DeviceArena implements AutoCloseable {
    private static final long ALIGNMENT_BYTES = 256;

    private final String purpose;
    private final long address;
    private final long totalBytes;
    private long usedBytes;
    private boolean closed;

    private DeviceArena(String purpose, long address, long totalBytes) {
        this.purpose = purpose;
        this.address = address;
        this.totalBytes = totalBytes;
    }

    /**
     * Allocates on the current device; the content is undefined.
     *
     * @param bytes more than 0
     * @param purpose what for, e.g. {@code weights}: part of messages
     * @throws JavelinException OUT_OF_MEMORY with what was wanted and what is free
     */
    public static DeviceArena reserve(long bytes, String purpose) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("arena " + purpose + " of " + bytes + " bytes");
        }
        long[] address = new long[1];
        int status = cudart.cuMemAlloc(address, bytes);
        if (status == cudart.CUDA_ERROR_OUT_OF_MEMORY) {
            throw new JavelinException(
                    ErrorCode.OUT_OF_MEMORY, outOfMemory(bytes, purpose, CudaDevice.currentMemory()));
        }
        CudaStatus.check(status, "cuMemAlloc", bytes + " bytes for " + purpose);
        return new DeviceArena(purpose, address[0], bytes);
    }

    /** Bytes that a buffer of that length occupies in an arena. */
    public static long alignedBytes(long bytes) {
        return (bytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES;
    }

    /**
     * The next buffer, 256-byte aligned.
     *
     * @param what what it is for, part of the message
     * @throws IllegalArgumentException if it does not fit: the arena was planned too small
     */
    public DeviceBuffer take(long bytes, String what) {
        if (closed) {
            throw new IllegalStateException("arena " + purpose + " is closed");
        }
        if (bytes < 0 || bytes > totalBytes - usedBytes) {
            throw new IllegalArgumentException(what + " wants " + bytes + " bytes, the arena " + purpose + " has "
                    + (totalBytes - usedBytes) + " of " + totalBytes + " left");
        }
        DeviceBuffer taken = new DeviceBuffer(address + usedBytes, bytes);
        usedBytes = Math.min(totalBytes, usedBytes + alignedBytes(bytes));
        return taken;
    }

    /** Bytes handed out, alignment included. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Bytes allocated. */
    public long totalBytes() {
        return totalBytes;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            CudaStatus.check(cudart.cuMemFree(address), "cuMemFree", "arena " + purpose);
        }
    }

    static String outOfMemory(long wantedBytes, String purpose, MemoryInfo memory) {
        return "the GPU has no room for " + purpose + ": wanted " + wantedBytes + " bytes, free are "
                + memory.freeBytes() + " of " + memory.totalBytes()
                + "; lower javelin.memory-utilization or javelin.max-context-tokens, end other processes on this GPU,"
                + " or use one with more memory";
    }
}
