package dev.javelin.model;

/**
 * A gated feed-forward layer: {@code down(activation(gate(x)) * up(x))}. Immutable.
 *
 * @param intermediateSize rows of gate and up
 * @param activation applied to the gate
 */
public record MlpSpec(int intermediateSize, Activation activation) {
    /** Activation functions. */
    public enum Activation {
        /** {@code x / (1 + exp(-x))}. */
        SILU
    }
}
