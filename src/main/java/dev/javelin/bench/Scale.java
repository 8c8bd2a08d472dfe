package dev.javelin.bench;

/**
 * By how much workloads shrink on a device that would take hours. Immutable.
 *
 * @param lengthDivisor divides tokens of prompts and answers
 * @param sequenceDivisor divides sequences that decode together
 * @param requestDivisor divides requests of a batch
 * @param leastTokens no prompt and no answer gets shorter
 */
public record Scale(int lengthDivisor, int sequenceDivisor, int requestDivisor, int leastTokens) {
    /** Nothing shrinks. */
    public static final Scale FULL = new Scale(1, 1, 1, 1);

    /** Ends in about a minute with a small model on two cores. */
    public static final Scale CPU = new Scale(32, 8, 64, 16);

    int tokens(int full) {
        return Math.min(full, Math.max(leastTokens, full / lengthDivisor));
    }

    int sequences(int full) {
        return Math.max(1, full / sequenceDivisor);
    }

    int requests(int full) {
        return Math.max(1, full / requestDivisor);
    }

    RequestShape shape(int promptTokens, int answerTokens) {
        return RequestShape.of(tokens(promptTokens), tokens(answerTokens));
    }
}
