package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;

/**
 * What a norm needs beside its rows. Immutable.
 *
 * @param weight E [C]
 * @param bias E [C], or empty for none; only of a LayerNorm
 * @param epsilon added to the mean square, or to the variance
 * @param weightOffset added to every weight: 1 where a checkpoint stores differences from 1 (Gemma), else 0
 */
public record NormParameters(DeviceBuffer weight, DeviceBuffer bias, float epsilon, float weightOffset) {
    private static final DeviceBuffer NONE = new DeviceBuffer(0, 0);

    /** An RMS norm that takes its weights as they are. */
    public static NormParameters rms(DeviceBuffer weight, float epsilon) {
        return new NormParameters(weight, NONE, epsilon, 0);
    }

    void requireBytes(long rowBytes) {
        weight.requireBytes(rowBytes, "norm weight");
        if (bias.bytes() != 0) {
            bias.requireBytes(rowBytes, "norm bias");
        }
    }
}
