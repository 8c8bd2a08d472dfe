package dev.javelin.cpu;

import dev.javelin.backend.SlotSampling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** What the CPU runner's sampler draws, for comparing another runner's with. Stateless. */
public final class CpuDraw {
    private CpuDraw() {}

    /**
     * Draws one token.
     *
     * @param logits finite
     * @param tokenIds prompt and answer, which penalties count
     * @param position the drawn token's
     * @param allowedBits the mask, or null
     */
    public static int draw(
            float[] logits,
            SlotSampling sampling,
            int[] tokenIds,
            int promptTokens,
            int position,
            long @Nullable [] allowedBits) {
        Slot slot = new Slot(1);
        slot.lengthTokens = position;
        slot.promptTokens = promptTokens;
        slot.sampling = sampling;
        slot.history = sampling.params().hasPenalties()
                ? new TokenHistory(tokenIds, promptTokens, tokenIds.length - promptTokens)
                : null;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment row = arena.allocate((long) Lanes.padded(logits.length) * Float.BYTES, 64);
            MemorySegment.copy(logits, 0, row, ValueLayout.JAVA_FLOAT, 0, logits.length);
            float most = LogitMath.finiteMax(row.address(), logits.length);
            return new Sampler(logits.length).sample(row.address(), most, slot, allowedBits);
        }
    }
}
