package dev.javelin.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The exponential function in single precision, the same on every machine. Stateless.
 *
 * <p>{@code e^x = 2^n * e^r} with n the nearest integer to {@code x / ln 2}; e^r by the polynomial of Cephes'
 * {@code expf} (Moshier), relative error below 2e-7. Below -87 the result is 0, above 88 infinite; NaN stays NaN.
 *
 * <p>A loop over vectors calls the steps one by one. They were one method once: C2 then, depending on when it got to
 * compile what, sometimes refused to inline it, and every vector that went through became an object.
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // coefficients as they were published
final class FastExp {
    private static final float LEAST = -87f;
    private static final float MOST = 88f;
    private static final float LOG2_E = 1.44269504088896341f;
    private static final float LN2_HIGH = 0.693359375f;
    private static final float LN2_LOW = -2.12194440e-4f;
    /** Adding it leaves the nearest integer in the low bits. */
    private static final float ROUND = 12582912f;

    private FastExp() {}

    /** Step one of a vector's exponentials: n, shifted so that it stands in the low bits. */
    static FloatVector shifted(FloatVector x) {
        return x.fma(spread(LOG2_E), spread(ROUND));
    }

    /** Step two: r, what n leaves of x. */
    static FloatVector rest(FloatVector x, FloatVector shifted) {
        FloatVector n = shifted.sub(ROUND);
        return n.fma(spread(-LN2_LOW), n.fma(spread(-LN2_HIGH), x));
    }

    /** Step three: e^r. */
    static FloatVector series(FloatVector r) {
        FloatVector p = middleTerms(upperTerms(r), r);
        return p.fma(r.mul(r), r.add(1f));
    }

    private static FloatVector upperTerms(FloatVector r) {
        return r.fma(spread(1.9875691500e-4f), spread(1.3981999507e-3f)).fma(r, spread(8.3334519073e-3f));
    }

    private static FloatVector middleTerms(FloatVector p, FloatVector r) {
        return p.fma(r, spread(4.1665795894e-2f))
                .fma(r, spread(1.6666665459e-1f))
                .fma(r, spread(5.0000001201e-1f));
    }

    /** Step four: times 2^n. */
    static FloatVector scaled(FloatVector p, FloatVector shifted) {
        IntVector exponent = shifted.reinterpretAsInts().add(127).lanewise(VectorOperators.LSHL, 23);
        return p.mul(exponent.reinterpretAsFloats());
    }

    /** Step five: the values where x is out of range. */
    static FloatVector bounded(FloatVector result, FloatVector x) {
        return result.blend(0f, x.compare(VectorOperators.LT, LEAST))
                .blend(Float.POSITIVE_INFINITY, x.compare(VectorOperators.GT, MOST));
    }

    /** The exponential of one number, by the same steps. */
    static float exp(float x) {
        if (x < LEAST) {
            return 0f;
        }
        if (x > MOST) {
            return Float.POSITIVE_INFINITY;
        }
        float shifted = Math.fma(x, LOG2_E, ROUND);
        float n = shifted - ROUND;
        float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
        float p = Math.fma(r, 1.9875691500e-4f, 1.3981999507e-3f);
        p = Math.fma(p, r, 8.3334519073e-3f);
        p = Math.fma(p, r, 4.1665795894e-2f);
        p = Math.fma(p, r, 1.6666665459e-1f);
        p = Math.fma(p, r, 5.0000001201e-1f);
        p = Math.fma(p, r * r, r + 1f);
        return p * Float.intBitsToFloat((Float.floatToRawIntBits(shifted) + 127) << 23);
    }

    private static FloatVector spread(float value) {
        return FloatVector.broadcast(Lanes.FLOATS, value);
    }
}
