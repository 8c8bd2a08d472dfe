package dev.javelin.cuda.memory;

import dev.javelin.cuda.driver.CudaStatus;
import dev.javelin.cuda.driver.CudaStream;
import org.bytedeco.cuda.global.cudart;

/**
 * Copies and fills, enqueued on a stream and capturable into a graph. Stateless; confined like the stream. Nothing here
 * allocates: addresses are unified, so the driver itself sees which side is which.
 */
public final class DeviceCopies {
    private DeviceCopies() {}

    /**
     * Copies {@code bytes} from the host buffer, starting at {@code fromOffset}, to the beginning of the device buffer.
     */
    public static void toDevice(CudaStream stream, DeviceBuffer to, PinnedBuffer from, long fromOffset, long bytes) {
        require(fromOffset, bytes, from.bytes(), "source");
        require(0, bytes, to.bytes(), "target");
        copy(stream, to.address(), from.address() + fromOffset, bytes);
    }

    /**
     * Copies {@code bytes} from the beginning of the device buffer to the host buffer, starting at {@code toOffset}.
     */
    public static void toHost(CudaStream stream, PinnedBuffer to, long toOffset, DeviceBuffer from, long bytes) {
        require(toOffset, bytes, to.bytes(), "target");
        require(0, bytes, from.bytes(), "source");
        copy(stream, to.address() + toOffset, from.address(), bytes);
    }

    /** Copies {@code bytes} between the beginnings of two device buffers, which must not overlap. */
    public static void deviceToDevice(CudaStream stream, DeviceBuffer to, DeviceBuffer from, long bytes) {
        require(0, bytes, to.bytes(), "target");
        require(0, bytes, from.bytes(), "source");
        copy(stream, to.address(), from.address(), bytes);
    }

    /** Sets every byte of the buffer; 0xff makes NaN of each f32, f16 and bf16. */
    public static void fill(CudaStream stream, DeviceBuffer buffer, byte value) {
        if (buffer.bytes() != 0) {
            CudaStatus.check(
                    cudart.cuMemsetD8Async(buffer.address(), value, buffer.bytes(), stream.handle()),
                    "cuMemsetD8Async",
                    "fill");
        }
    }

    private static void copy(CudaStream stream, long to, long from, long bytes) {
        if (bytes != 0) {
            CudaStatus.check(cudart.cuMemcpyAsync(to, from, bytes, stream.handle()), "cuMemcpyAsync", "copy");
        }
    }

    private static void require(long offset, long bytes, long available, String side) {
        if (offset < 0 || bytes < 0 || offset > available - bytes) {
            throw new IllegalArgumentException(
                    "copy of " + bytes + " bytes at " + offset + " leaves the " + side + " of " + available + " bytes");
        }
    }
}
