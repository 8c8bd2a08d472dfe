package dev.javelin.bench.load;

import org.jspecify.annotations.Nullable;

/**
 * How one request went. Immutable.
 *
 * @param sentNanos when it was sent
 * @param firstNanos when its first tokens came; of no meaning without events
 * @param lastNanos when its last tokens came; of no meaning without events
 * @param events events that carried tokens
 * @param promptTokens the prompt's tokens as the server counted them
 * @param answerTokens the answer's tokens as the server counted them; the events where it did not
 * @param failure why it is not answered, or null
 */
record StreamResult(
        long sentNanos,
        long firstNanos,
        long lastNanos,
        int events,
        int promptTokens,
        int answerTokens,
        @Nullable String failure) {
    boolean isAnswered() {
        return failure == null;
    }

    /** From sending to the first tokens. */
    double firstTokenSeconds() {
        return (firstNanos - sentNanos) * 1e-9;
    }

    /** The average time between two tokens; there must be two. */
    double secondsPerToken() {
        return (lastNanos - firstNanos) * 1e-9 / (answerTokens - 1);
    }

    /** From sending to the last tokens. */
    double answerSeconds() {
        return (lastNanos - sentNanos) * 1e-9;
    }
}
