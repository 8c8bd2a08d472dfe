package dev.javelin.cuda.kernel;

import dev.javelin.backend.SlotSampling;
import dev.javelin.cpu.CpuDraw;
import dev.javelin.generation.SamplingParams;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A random row and how it draws.
 *
 * @param logits finite
 * @param sampling any parameters
 * @param tokenIds prompt and answer
 * @param promptTokens how many are the prompt
 * @param allowedBits the mask, or null
 */
record SamplingCase(
        float[] logits, SlotSampling sampling, int[] tokenIds, int promptTokens, long @Nullable [] allowedBits) {
    static SamplingCase random(Random random, int vocabulary) {
        SlotSampling sampling = sampling(random, vocabulary);
        int promptTokens = 1 + random.nextInt(20);
        int range = random.nextBoolean() ? vocabulary : 5;
        int[] tokenIds =
                random.ints(promptTokens + random.nextInt(40), 0, range).toArray();
        long[] mask = random.nextInt(4) == 0 ? mask(random, vocabulary, sampling.heldBackTokenIds()) : null;
        return new SamplingCase(logits(random, vocabulary), sampling, tokenIds, promptTokens, mask);
    }

    static float[] normal(Random random, int count, double scale) {
        float[] row = new float[count];
        for (int i = 0; i < count; i++) {
            row[i] = (float) (random.nextGaussian() * scale);
        }
        return row;
    }

    /** Sometimes with many ties, sometimes all the same. */
    private static float[] logits(Random random, int vocabulary) {
        int kind = random.nextInt(8);
        float[] row = normal(random, vocabulary, 0.5 + 4 * random.nextDouble());
        for (int id = 0; id < vocabulary && kind < 2; id++) {
            row[id] = kind == 0 ? Math.round(row[id]) : 1;
        }
        return row;
    }

    private static SlotSampling sampling(Random random, int vocabulary) {
        boolean penalties = random.nextInt(3) == 0;
        Map<Integer, Float> bias = random.nextInt(3) == 0
                ? Map.of(random.nextInt(vocabulary / 2), random.nextFloat() * 8, vocabulary - 1, -random.nextFloat())
                : Map.of();
        int[] held = random.nextInt(3) == 0 ? new int[] {0, vocabulary - 1, 0, 3} : new int[0];
        SamplingParams params = new SamplingParams(
                random.nextInt(4) == 0 ? 0 : 0.05 + 1.95 * random.nextDouble(),
                random.nextInt(2) == 0 ? 0 : 1 + random.nextInt(random.nextInt(4) == 0 ? vocabulary : 60),
                random.nextInt(2) == 0 ? 1 : 0.05 + 0.95 * random.nextDouble(),
                random.nextInt(3) == 0 ? 0.2 * random.nextDouble() : 0,
                penalties ? 0.5 + random.nextDouble() : 1,
                penalties ? random.nextDouble() : 0,
                penalties ? random.nextDouble() - 0.5 : 0,
                bias,
                null);
        int minTokens = held.length * random.nextInt(9);
        return new SlotSampling(params, random.nextLong(), random.nextInt(5), minTokens, held, null, null);
    }

    /** Sometimes it leaves only what is held back. */
    private static long[] mask(Random random, int vocabulary, int[] held) {
        long[] mask = new long[SamplingMasks.wordsPerMask(vocabulary)];
        if (held.length > 0 && random.nextBoolean()) {
            mask[0] = 0b1001;
            return mask;
        }
        for (int i = 0; i < 1 + vocabulary / 4; i++) {
            int id = random.nextInt(vocabulary);
            mask[id >>> 6] |= 1L << id;
        }
        return mask;
    }

    /** The drawn token's position. */
    int position() {
        return tokenIds.length;
    }

    SamplingReference reference() {
        return SamplingReference.draw(logits, sampling, tokenIds, promptTokens, position(), allowedBits);
    }

    int drawOnCpu() {
        return CpuDraw.draw(logits, sampling, tokenIds, promptTokens, position(), allowedBits);
    }
}
