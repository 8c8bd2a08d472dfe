package dev.javelin.model;

/**
 * A normalisation over the last dimension. Immutable.
 *
 * @param kind the formula
 * @param epsilon added to the mean square (or the variance) before the root
 */
public record NormSpec(Kind kind, float epsilon) {
    /** Normalisation formulas; {@code g} is the weight. */
    public enum Kind {
        /** {@code g * x / sqrt(mean(x^2) + epsilon)} (Zhang and Sennrich 2019). */
        RMS
    }
}
