package dev.javelin.cuda.kernel;

/** The activation functions, slowly. Stateless. */
final class Activations {
    private Activations() {}

    static double of(Activation activation, double x) {
        return switch (activation) {
            case SILU -> x / (1 + Math.exp(-x));
            case GELU_TANH -> x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case GELU_ERF -> x / 2 * (1 + erf(x / Math.sqrt(2)));
            case RELU -> Math.max(x, 0);
        };
    }

    /** The error function by its series, which is exact enough up to 4; beyond, it is 1 to single precision. */
    private static double erf(double x) {
        if (Math.abs(x) > 4) {
            return Math.signum(x);
        }
        double sum = 0;
        double term = x;
        for (int n = 0; n < 100; n++) {
            sum += term / (2 * n + 1);
            term *= -x * x / (n + 1);
        }
        return 2 / Math.sqrt(Math.PI) * sum;
    }
}
