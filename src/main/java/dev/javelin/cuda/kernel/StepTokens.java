package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;

/**
 * Where a step's tokens stand, on the device, int32 each. Immutable.
 *
 * @param slots slot of each token, -1 for padding
 * @param positions its place in the slot's sequence, from 0
 * @param tokenCount tokens
 */
public record StepTokens(DeviceBuffer slots, DeviceBuffer positions, int tokenCount) {
    /** Checks the lengths. */
    public StepTokens {
        if (tokenCount <= 0) {
            throw new IllegalArgumentException("tokenCount is " + tokenCount + ", it must be positive");
        }
        slots.requireBytes((long) tokenCount * Integer.BYTES, "token slots");
        positions.requireBytes((long) tokenCount * Integer.BYTES, "token positions");
    }
}
