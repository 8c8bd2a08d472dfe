package dev.javelin.cuda.kernel;

/** The activation functions of {@code activation.cuh}, with their numbers there. */
public enum Activation {
    /** {@code x / (1 + exp(-x))}. */
    SILU("0"),
    /** {@code x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3)))}. */
    GELU_TANH("1"),
    /** {@code x / 2 * (1 + erf(x / sqrt(2)))}. */
    GELU_ERF("2"),
    /** {@code max(x, 0)}. */
    RELU("3");

    private final String define;

    Activation(String define) {
        this.define = define;
    }

    /** The value of {@code -DACTIVATION}. */
    String define() {
        return define;
    }
}
