package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;

/**
 * The tokens that a product multiplies after norming them. Immutable.
 *
 * @param x E [.., inputs]: the residual stream
 * @param rowIndices i32 [rows]: which row of x is row r of y, negative for zeros; empty for row r itself
 * @param norm the RMS norm
 */
public record SkinnyInput(DeviceBuffer x, DeviceBuffer rowIndices, NormParameters norm) {
    private static final DeviceBuffer NONE = new DeviceBuffer(0, 0);

    /** Every row of x in its place. */
    public static SkinnyInput of(DeviceBuffer x, NormParameters norm) {
        return new SkinnyInput(x, NONE, norm);
    }
}
