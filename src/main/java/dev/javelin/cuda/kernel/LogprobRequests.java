package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Positions whose log-probabilities are wanted. Immutable.
 *
 * @param buffer i32 [count, 4], written with {@link #write}: row of the logits, token or -1 for the row's drawn one,
 *     how many of the likeliest, unused
 * @param count how many; at least 1
 */
public record LogprobRequests(DeviceBuffer buffer, int count) {
    /** Bytes of one request. */
    public static final int REQUEST_BYTES = 4 * Integer.BYTES;

    /** Stands for the token that the row drew. */
    public static final int DRAWN_TOKEN = -1;

    /** Checks the buffer's length. */
    public LogprobRequests {
        buffer.requireBytes((long) count * REQUEST_BYTES, "log-probability requests");
    }

    /** Writes one request into host memory that is then copied up. */
    public static void write(MemorySegment host, int index, int logitsRow, int tokenId, int topCount) {
        long at = (long) index * REQUEST_BYTES;
        host.set(ValueLayout.JAVA_INT, at, logitsRow);
        host.set(ValueLayout.JAVA_INT, at + Integer.BYTES, tokenId);
        host.set(ValueLayout.JAVA_INT, at + 2 * Integer.BYTES, topCount);
        host.set(ValueLayout.JAVA_INT, at + 3 * Integer.BYTES, 0);
    }
}
