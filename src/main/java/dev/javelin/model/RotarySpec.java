package dev.javelin.model;

import java.util.Arrays;

/**
 * Rotary position embedding (Su et al. 2021). Immutable.
 *
 * @param layout which elements turn together
 * @param rotatedDims elements of a head that are rotated, even, the first ones
 * @param theta base of the frequencies
 * @param scaling how frequencies are stretched
 */
public record RotarySpec(RotaryLayout layout, int rotatedDims, double theta, RotaryScaling scaling) {
    /** Radians per position of each rotated pair, {@code rotatedDims / 2} of them: the same for every runner. */
    public double[] inverseFrequencies() {
        double[] frequencies = new double[rotatedDims / 2];
        Arrays.setAll(frequencies, i -> Math.pow(theta, -2.0 * i / rotatedDims));
        switch (scaling) {
            case RotaryScaling.None none -> {}
            case RotaryScaling.Linear linear -> Arrays.setAll(frequencies, i -> frequencies[i] / linear.factor());
            case RotaryScaling.Llama3 llama3 -> Arrays.setAll(frequencies, i -> stretched(frequencies[i], llama3));
            case RotaryScaling.Factors factors ->
                Arrays.setAll(frequencies, i -> frequencies[i] / factors.factors()[i]);
        }
        return frequencies;
    }

    private static double stretched(double frequency, RotaryScaling.Llama3 scaling) {
        double turns = scaling.originalContextTokens() * frequency / (2 * Math.PI);
        if (turns < scaling.lowFrequencyFactor()) {
            return frequency / scaling.factor();
        }
        if (turns > scaling.highFrequencyFactor()) {
            return frequency;
        }
        double keep =
                (turns - scaling.lowFrequencyFactor()) / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
        return (1 - keep) * frequency / scaling.factor() + keep * frequency;
    }
}
