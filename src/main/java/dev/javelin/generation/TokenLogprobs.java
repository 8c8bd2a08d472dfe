package dev.javelin.generation;

/**
 * Log-probabilities at one position. Immutable; the arrays are never changed.
 *
 * @param tokenId the token that stands there
 * @param logprob its natural log-probability
 * @param topTokenIds the likeliest tokens, likeliest first; empty where none were asked for
 * @param topLogprobs their log-probabilities, as long as {@code topTokenIds}
 */
public record TokenLogprobs(int tokenId, float logprob, int[] topTokenIds, float[] topLogprobs) {}
