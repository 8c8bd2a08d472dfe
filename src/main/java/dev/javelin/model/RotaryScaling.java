package dev.javelin.model;

/** How a rotary embedding's frequencies are stretched for contexts beyond the trained one. Immutable. */
public sealed interface RotaryScaling {
    /** Frequencies as trained. */
    record None() implements RotaryScaling {}

    /**
     * Every frequency is divided by a factor (position interpolation, Chen et al. 2023).
     *
     * @param factor at least 1
     */
    record Linear(double factor) implements RotaryScaling {}

    /**
     * Llama 3.1: long wavelengths are divided by a factor, short ones kept, those between interpolated.
     *
     * @param factor at least 1
     * @param lowFrequencyFactor original context over the longest wavelength that is interpolated
     * @param highFrequencyFactor original context over the longest wavelength that is kept
     * @param originalContextTokens the trained context
     */
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContextTokens)
            implements RotaryScaling {}

    /**
     * Each frequency is divided by its own factor, as GGUF's {@code rope_freqs} tensor gives them.
     *
     * @param factors one for each rotated pair; never changed
     */
    record Factors(float[] factors) implements RotaryScaling {}
}
