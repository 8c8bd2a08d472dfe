package dev.javelin.bench;

/**
 * How long one request is. Immutable.
 *
 * @param promptTokens tokens of the prompt
 * @param cachedTokens those of them whose keys and values are cached already
 * @param answerTokens tokens of the answer, at least 1: the first one comes from the prompt's own step
 */
public record RequestShape(int promptTokens, int cachedTokens, int answerTokens) {
    /** A request of which nothing is cached. */
    public static RequestShape of(int promptTokens, int answerTokens) {
        return new RequestShape(promptTokens, 0, answerTokens);
    }

    /** Tokens of the prompt that must be computed. */
    public int newTokens() {
        return promptTokens - cachedTokens;
    }

    /** Steps that follow the prompt's own. */
    public int decodeSteps() {
        return answerTokens - 1;
    }

    /** Tokens that the sequence has in the end. */
    public int lengthTokens() {
        return promptTokens + answerTokens;
    }
}
