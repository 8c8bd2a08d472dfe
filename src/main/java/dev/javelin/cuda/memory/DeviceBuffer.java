package dev.javelin.cuda.memory;

/**
 * A range of device memory, [address, address + bytes). Immutable, any thread; a {@link DeviceArena} owns the memory.
 *
 * @param address where it begins; 0 only where it is empty
 * @param bytes how long it is
 */
public record DeviceBuffer(long address, long bytes) {
    /** Checks that it is a range. */
    public DeviceBuffer {
        if (bytes < 0 || (address == 0 && bytes != 0)) {
            throw new IllegalArgumentException("no device memory: " + bytes + " bytes at " + address);
        }
    }

    /** The part [offset, offset + bytes) of it. */
    public DeviceBuffer slice(long offsetBytes, long sliceBytes) {
        if (offsetBytes < 0 || sliceBytes < 0 || offsetBytes > bytes - sliceBytes) {
            throw new IllegalArgumentException("slice of " + sliceBytes + " bytes at " + offsetBytes
                    + " leaves the buffer of " + bytes + " bytes");
        }
        return new DeviceBuffer(address + offsetBytes, sliceBytes);
    }

    /** Throws IllegalArgumentException if it is shorter than a kernel will read or write; {@code what} names it. */
    public void requireBytes(long minBytes, String what) {
        if (bytes < minBytes) {
            throw new IllegalArgumentException(what + " has " + bytes + " bytes, the kernel needs " + minBytes);
        }
    }
}
