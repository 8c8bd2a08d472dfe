package dev.javelin.model.architecture;

import dev.javelin.model.RotaryScaling;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.GgufTensor;
import java.util.Optional;

/**
 * How a GGUF file stretches rotary frequencies: a linear factor in the metadata, a factor for each pair in the tensor
 * {@code rope_freqs.weight} (how Llama 3.1's scaling is stored), or both, which multiply. Immutable, any thread.
 *
 * @param file holds the tensor
 * @param keys hold the factor
 */
record RotaryScalingReader(GgufFile file, ArchitectureKeys keys) {
    static final String FACTORS_TENSOR = "rope_freqs.weight";

    RotaryScaling read(int rotatedDims) {
        float linear = linearFactor();
        Optional<GgufTensor> factors = file.tryTensor(FACTORS_TENSOR);
        if (factors.isPresent()) {
            return new RotaryScaling.Factors(pairFactors(factors.get(), rotatedDims / 2, linear));
        }
        return linear == 1 ? new RotaryScaling.None() : new RotaryScaling.Linear(linear);
    }

    /** A factor without a type is linear; older files have it in {@code rope.scale_linear}. */
    private float linearFactor() {
        String key = "rope.scaling.type";
        String type = file.metadata().findString(keys.full(key)).orElse("linear");
        return switch (type) {
            case "none" -> 1;
            case "linear" -> keys.positiveOr("rope.scaling.factor", keys.positiveOr("rope.scale_linear", 1));
            default -> throw keys.unsupported(key, type, "this scaling (none and linear are)");
        };
    }

    private float[] pairFactors(GgufTensor tensor, int pairCount, float linear) {
        if (tensor.elementCount() != pairCount) {
            throw GgufWeights.wrongShape(tensor, "[" + pairCount + "]");
        }
        float[] factors = tensor.toFloats();
        for (int i = 0; i < pairCount; i++) {
            if (!(factors[i] > 0) || !Float.isFinite(factors[i] * linear)) {
                throw file.metadata()
                        .corrupt("(tensor) " + FACTORS_TENSOR, factors[i] + " at " + i, "it must be positive");
            }
            factors[i] *= linear;
        }
        return factors;
    }
}
