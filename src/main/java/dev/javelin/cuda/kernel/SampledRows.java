package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;

/**
 * Rows of logits that draw a token each. Immutable.
 *
 * @param logits f32 [rowCount, V], dense; never written
 * @param rowSlots i32 [rowCount]: whose parameters a row draws by; -1 for padding, for which nothing is written. No
 *     slot twice
 * @param rowLengths i32 [rowCount]: tokens that the slot has before the drawn one, which is the drawn one's position
 * @param rowCount rows, padding included: fixed where the launch is captured
 */
public record SampledRows(DeviceBuffer logits, DeviceBuffer rowSlots, DeviceBuffer rowLengths, int rowCount) {
    void require(int vocabularyTokens) {
        logits.requireBytes((long) rowCount * vocabularyTokens * Float.BYTES, "logits");
        rowSlots.requireBytes((long) rowCount * Integer.BYTES, "slots of rows");
        rowLengths.requireBytes((long) rowCount * Integer.BYTES, "lengths of rows");
    }
}
