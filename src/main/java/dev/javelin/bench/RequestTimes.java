package dev.javelin.bench;

/**
 * When one request's tokens arrived, on the same clock. Immutable.
 *
 * @param submittedNanos when it was handed to the engine
 * @param firstTokenNanos when its first token arrived
 * @param lastTokenNanos when its last token arrived
 * @param answerTokens how many arrived
 * @param cachedTokens prompt tokens that came from the prefix cache
 */
public record RequestTimes(
        long submittedNanos, long firstTokenNanos, long lastTokenNanos, int answerTokens, int cachedTokens) {
    /** From submission to the first token. */
    public double firstTokenSeconds() {
        return (firstTokenNanos - submittedNanos) * 1e-9;
    }

    /** The average time between two tokens; there must be two. */
    public double secondsPerToken() {
        return (lastTokenNanos - firstTokenNanos) * 1e-9 / (answerTokens - 1);
    }
}
