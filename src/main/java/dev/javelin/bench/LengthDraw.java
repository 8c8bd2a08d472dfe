package dev.javelin.bench;

import java.util.random.RandomGenerator;

/**
 * How lengths are drawn: whole numbers, each from {@code mean * (1 - spread)}, rounded down, to {@code mean * (1 +
 * spread)}, rounded up, as likely as the others. Immutable.
 *
 * @param meanTokens the middle
 * @param spread 0 for equal lengths, 0.5 for half to one and a half of the mean
 */
public record LengthDraw(int meanTokens, double spread) {
    /** Draws one length, at least 1. */
    public int next(RandomGenerator random) {
        if (spread == 0) {
            return meanTokens;
        }
        int least = Math.max(1, (int) Math.floor(meanTokens * (1 - spread)));
        int most = (int) Math.ceil(meanTokens * (1 + spread));
        return random.nextInt(least, most + 1);
    }
}
