package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;

/**
 * The tokens that rows may draw. Immutable.
 *
 * @param words u64 [masks, wordsPerMask]: bit {@code id & 63} of word {@code id >>> 6} is set where the token is
 *     allowed, as in {@link dev.javelin.backend.TokenMask}
 * @param maskOfRow i32 [rows]: index of a row's mask, -1 for none
 */
public record SamplingMasks(DeviceBuffer words, DeviceBuffer maskOfRow) {
    /** 64-bit words of a mask. */
    public static int wordsPerMask(int vocabularyTokens) {
        return (vocabularyTokens + Long.SIZE - 1) / Long.SIZE;
    }
}
