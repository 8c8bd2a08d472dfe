package dev.javelin.cuda.memory;

import dev.javelin.cuda.driver.CudaStatus;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.bytedeco.cuda.global.cudart;
import org.bytedeco.javacpp.Pointer;

/**
 * Page-locked host memory, which the device copies from and to without the CPU and can also address itself. Its segment
 * may be used by any thread; allocated and closed by threads on which a device is current.
 *
 * <p>Whoever copies orders the accesses: the device reads at an unknown time between enqueueing and completion.
 */
public final class PinnedBuffer implements AutoCloseable {
    private final Pointer host;
    private final long deviceAddress;
    private final Arena scope = Arena.ofShared();
    private final MemorySegment segment;
    private boolean closed;

    @SuppressWarnings("restricted") // the driver's memory becomes a bounded segment that dies with this object
    private PinnedBuffer(Pointer host, long deviceAddress, long bytes) {
        this.host = host;
        this.deviceAddress = deviceAddress;
        this.segment = MemorySegment.ofAddress(host.address()).reinterpret(bytes, scope, null);
    }

    /**
     * Allocates; the content is undefined.
     *
     * @param bytes more than 0
     * @throws JavelinException OUT_OF_MEMORY if the host has not that much to lock
     */
    public static PinnedBuffer allocate(long bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("pinned buffer of " + bytes + " bytes");
        }
        Pointer host = new Pointer();
        int status =
                cudart.cuMemHostAlloc(host, bytes, cudart.CU_MEMHOSTALLOC_PORTABLE | cudart.CU_MEMHOSTALLOC_DEVICEMAP);
        if (status == cudart.CUDA_ERROR_OUT_OF_MEMORY) {
            throw new JavelinException(
                    ErrorCode.OUT_OF_MEMORY,
                    "the host cannot lock " + bytes + " bytes of memory for copies to the GPU; give the process more"
                            + " memory (a container's limit counts)");
        }
        CudaStatus.check(status, "cuMemHostAlloc", bytes + " bytes");
        long[] deviceAddress = new long[1];
        CudaStatus.check(
                cudart.cuMemHostGetDevicePointer(deviceAddress, host, 0),
                "cuMemHostGetDevicePointer",
                bytes + " bytes");
        return new PinnedBuffer(host, deviceAddress[0], bytes);
    }

    /** The memory; any access after {@link #close} throws. */
    public MemorySegment segment() {
        return segment;
    }

    /** Its length. */
    public long bytes() {
        return segment.byteSize();
    }

    /** Where the host sees it. */
    public long address() {
        return host.address();
    }

    /** Where a kernel sees it; reads cross the bus. */
    public long deviceAddress() {
        return deviceAddress;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            scope.close();
            CudaStatus.check(cudart.cuMemFreeHost(host), "cuMemFreeHost", segment.byteSize() + " bytes");
        }
    }
}
