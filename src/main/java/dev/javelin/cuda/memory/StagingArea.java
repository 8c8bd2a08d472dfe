package dev.javelin.cuda.memory;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Page-locked memory for what one step sends up: slices are handed out from front to back and are all free again after
 * {@link #reset}. Confined to one thread, on which the device is current.
 *
 * <p>A step that needs more than there is gets a further buffer, which stays: after the largest step nothing is
 * allocated any more.
 */
public final class StagingArea implements AutoCloseable {
    private static final long ALIGNMENT_BYTES = 256;

    private final long bufferBytes;
    private final List<PinnedBuffer> buffers = new ArrayList<>();
    private int currentBuffer;
    private long usedBytes;

    /**
     * A slice; valid until the area is reset.
     *
     * @param segment the memory, exactly as long as was asked for
     * @param buffer whose part it is
     * @param offsetBytes where it begins in the buffer, a multiple of 256
     */
    public record Slice(MemorySegment segment, PinnedBuffer buffer, long offsetBytes) {
        /** Where a kernel sees it; reads cross the bus. */
        public long deviceAddress() {
            return buffer.deviceAddress() + offsetBytes;
        }
    }

    /**
     * Allocates the first buffer.
     *
     * @param bufferBytes its length and the least of every further one
     */
    public StagingArea(long bufferBytes) {
        this.bufferBytes = bufferBytes;
        buffers.add(PinnedBuffer.allocate(bufferBytes));
    }

    /** The next slice; its content is undefined. */
    public Slice take(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("slice of " + bytes + " bytes");
        }
        while (bytes > buffers.get(currentBuffer).bytes() - usedBytes) {
            currentBuffer++;
            usedBytes = 0;
            if (currentBuffer == buffers.size()) {
                buffers.add(PinnedBuffer.allocate(Math.max(bufferBytes, bytes)));
            }
        }
        PinnedBuffer buffer = buffers.get(currentBuffer);
        Slice slice = new Slice(buffer.segment().asSlice(usedBytes, bytes), buffer, usedBytes);
        usedBytes = Math.min(buffer.bytes(), (usedBytes + bytes + ALIGNMENT_BYTES - 1) & -ALIGNMENT_BYTES);
        return slice;
    }

    /** Makes all slices free: whoever calls knows that the device has read them. */
    public void reset() {
        currentBuffer = 0;
        usedBytes = 0;
    }

    @Override
    public void close() {
        buffers.forEach(PinnedBuffer::close);
    }
}
