package dev.javelin.backend;

/**
 * Random numbers without state: each is a function of (seed, choice, position, purpose), so that a draw depends on
 * nothing else, on any device. Stateless.
 *
 * <p>The function is SplitMix64's finaliser (Steele, Lea and Flood 2014), applied over the key's words: 64-bit integer
 * arithmetic that CUDA repeats exactly.
 */
public final class CounterRandom {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private CounterRandom() {}

    /** What a random number is used for, so that two uses at one position differ. */
    public enum Purpose {
        /** Drawing the next token. */
        SAMPLE(1),
        /** Accepting or rejecting a draft token. */
        ACCEPT(2);

        private final int streamId;

        Purpose(int streamId) {
            this.streamId = streamId;
        }
    }

    /**
     * 64 random bits.
     *
     * @param seed the request's seed
     * @param choiceIndex which answer of the request
     * @param position index in the sequence of the token that is drawn
     * @param purpose what for
     */
    public static long bits(long seed, int choiceIndex, int position, Purpose purpose) {
        long mixed = mix(seed + GOLDEN_GAMMA);
        mixed = mix(mixed ^ (((long) choiceIndex << 32) | (position & 0xFFFFFFFFL)));
        return mix(mixed + GOLDEN_GAMMA * purpose.streamId);
    }

    /** A number from 0 (inclusive) to 1 (exclusive) with 53 random bits; the parameters are those of {@link #bits}. */
    public static double uniform(long seed, int choiceIndex, int position, Purpose purpose) {
        return (bits(seed, choiceIndex, position, purpose) >>> 11) * 0x1p-53;
    }

    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }
}
