package dev.javelin.cuda.runner;

import dev.javelin.cuda.kernel.ElementType;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelWeights;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.WeightKey;
import dev.javelin.model.checkpoint.Dequantizer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Weights as a runner's element type holds them, in single precision: what a reference must compute with. */
record RoundedWeights(Map<WeightKey, Weight> weights) implements ModelWeights {
    /** A model with every weight rounded. */
    static LoadedModel of(LoadedModel model, ElementType type) {
        Map<WeightKey, Weight> rounded = new LinkedHashMap<>();
        for (Weight weight : model.weights().all()) {
            rounded.put(weight.key(), round(weight, type));
        }
        return new LoadedModel(model.spec(), new RoundedWeights(rounded));
    }

    private static Weight round(Weight weight, ElementType type) {
        int count = Math.toIntExact(weight.rows() * weight.columns());
        float[] values = new float[count];
        Dequantizer.decode(weight.format(), weight.data(), 0, values, 0, count);
        for (int i = 0; i < count; i++) {
            values[i] = switch (type) {
                case F16 -> Float.float16ToFloat(Float.floatToFloat16(values[i]));
                case BF16 -> Float.intBitsToFloat(WeightConversion.bfloat16(values[i]) << 16);
            };
        }
        MemorySegment data = Arena.ofAuto().allocate(ValueLayout.JAVA_FLOAT, count);
        MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 0, count);
        return new Weight(weight.key(), weight.rows(), weight.columns(), WeightFormat.F32, data);
    }

    @Override
    public Optional<Weight> tryWeight(WeightKey key) {
        return Optional.ofNullable(weights.get(key));
    }

    @Override
    public Collection<Weight> all() {
        return weights.values();
    }

    @Override
    public void close() {}
}
