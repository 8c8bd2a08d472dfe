package dev.javelin.cuda.kernel;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SkinnyProduct} multiplies and what becomes of it. Immutable.
 *
 * @param outputs numbers of a row of y; of a gated product, half the rows of its weights
 * @param inputs elements of a row of x and of the weights: a multiple of 8
 * @param output what becomes of a sum
 * @param activation of a gated product, else null
 * @param normedInput whether x is the residual stream, whose RMS norm is multiplied
 */
public record SkinnyShape(
        int outputs, int inputs, Output output, @Nullable Activation activation, boolean normedInput) {
    private static final int MAX_INPUTS = 1 << 17;
    private static final int MAX_OUTPUTS = 1 << 19;

    /** What becomes of a sum; the numbers are those of {@code skinny.cuh}. */
    public enum Output {
        /** {@code y = E(sum)}. */
        ELEMENTS("0"),
        /** {@code y = sum}, f32. */
        FLOATS("1"),
        /** {@code y = E(y + sum)}. */
        RESIDUAL("2"),
        /** {@code y = E(act(gate) * up)}; the weights have the rows of gate, then those of up. */
        GATED("3");

        private final String define;

        Output(String define) {
            this.define = define;
        }
    }

    /** Checks the limits. */
    public SkinnyShape {
        Limits.requireVectors("inputs", inputs, MAX_INPUTS);
        Limits.requireRange("outputs", outputs, 1, MAX_OUTPUTS);
        if ((output == Output.GATED) != (activation != null)) {
            throw new IllegalArgumentException(output + " with activation " + activation);
        }
    }

    /** {@code y = x * w^T}, rounded to E. */
    public static SkinnyShape elements(int outputs, int inputs) {
        return new SkinnyShape(outputs, inputs, Output.ELEMENTS, null, false);
    }

    /** {@code y = x * w^T} in f32: logits. */
    public static SkinnyShape floats(int outputs, int inputs) {
        return new SkinnyShape(outputs, inputs, Output.FLOATS, null, false);
    }

    /** {@code y += x * w^T}, rounded once. */
    public static SkinnyShape residual(int outputs, int inputs) {
        return new SkinnyShape(outputs, inputs, Output.RESIDUAL, null, false);
    }

    /** {@code y = act(x * gate^T) * (x * up^T)}; the weights are gate and up, packed by rows. */
    public static SkinnyShape gated(int outputs, int inputs, Activation activation) {
        return new SkinnyShape(outputs, inputs, Output.GATED, activation, false);
    }

    /** The same product of the RMS norm of x. */
    public SkinnyShape normed() {
        return new SkinnyShape(outputs, inputs, output, activation, true);
    }

    /** Rows of the weights. */
    public int weightRows() {
        return output == Output.GATED ? 2 * outputs : outputs;
    }

    /** Bytes of the weights. */
    public long weightBytes() {
        return (long) weightRows() * inputs * Short.BYTES;
    }

    /** Bytes of {@code rows} rows of x. */
    long inputBytes(int rows) {
        return (long) rows * inputs * Short.BYTES;
    }

    /** Bytes of {@code rows} rows of y. */
    long outputBytes(int rows) {
        return (long) rows * outputs * (output == Output.FLOATS ? Float.BYTES : Short.BYTES);
    }

    /** Outputs that one fragment of 16 weight rows gives. */
    int outputsOfFragment() {
        return output == Output.GATED ? 8 : 16;
    }

    /** The constants of {@code skinny.cuh}. */
    Map<String, String> defines(ElementType type) {
        Map<String, String> defines = new HashMap<>(type.defines());
        defines.put("INPUTS", Integer.toString(inputs));
        defines.put("EPILOGUE", output.define);
        if (activation != null) {
            defines.put("ACTIVATION", activation.define());
        }
        if (normedInput) {
            defines.put("NORM_INPUT", "");
        }
        return defines;
    }
}
