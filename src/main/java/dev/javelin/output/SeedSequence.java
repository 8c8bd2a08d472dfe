package dev.javelin.output;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * An endless series of well-mixed numbers from one start, for seeds and ids; no secrets. Thread-safe and lock-free.
 * Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators (2014), SplitMix64.
 */
public final class SeedSequence implements LongSupplier {
    private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

    private final AtomicLong state;

    /**
     * A series.
     *
     * @param start the same start gives the same series
     */
    public SeedSequence(long start) {
        state = new AtomicLong(start);
    }

    @Override
    public long getAsLong() {
        long z = state.addAndGet(GOLDEN_GAMMA);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
