package dev.javelin.cuda.runner;

import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;
import org.jspecify.annotations.Nullable;

/** Chooses the type that a model is computed in. Stateless. */
final class ElementTypes {
    private ElementTypes() {}

    /**
     * What was asked for; else half precision for checkpoints whose matrices are all in it, for those were trained or
     * checked within its range, and bfloat16, which has a single's range, for every other.
     *
     * @param wanted what was asked for, or null
     * @param weights the checkpoint
     */
    static ElementType choose(@Nullable ElementType wanted, ModelWeights weights) {
        if (wanted != null) {
            return wanted;
        }
        for (Weight weight : weights.all()) {
            if (weight.rows() > 1 && weight.format() != WeightFormat.F16) {
                return ElementType.BF16;
            }
        }
        return ElementType.F16;
    }
}
