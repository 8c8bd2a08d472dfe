package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;

/**
 * Rows of a step on the device, int32 each. Immutable.
 *
 * @param rowSlots slot of the row, -1 for padding
 * @param rowFirstTokens index of its first token in the step
 * @param rowTokens its tokens
 * @param rowLengths positions of its sequence once its tokens are appended: token i of the row stands at position
 *     {@code length - tokens + i}
 * @param rowCount rows
 */
public record Spans(
        DeviceBuffer rowSlots,
        DeviceBuffer rowFirstTokens,
        DeviceBuffer rowTokens,
        DeviceBuffer rowLengths,
        int rowCount) {
    /** Checks the lengths. */
    public Spans {
        if (rowCount <= 0) {
            throw new IllegalArgumentException("rowCount is " + rowCount + ", it must be positive");
        }
        long bytes = (long) rowCount * Integer.BYTES;
        rowSlots.requireBytes(bytes, "row slots");
        rowFirstTokens.requireBytes(bytes, "row first tokens");
        rowTokens.requireBytes(bytes, "row tokens");
        rowLengths.requireBytes(bytes, "row lengths");
    }
}
