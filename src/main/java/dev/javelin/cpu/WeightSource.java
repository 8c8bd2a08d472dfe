package dev.javelin.cpu;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.lang.foreign.MemorySegment;

/**
 * Looks weights up, checks their shapes and hands them out as addresses. Confined to the thread that builds a runner.
 *
 * @param model whose weights
 * @param memory receives vectors, unpacked, and matrices that are not native memory already
 */
record WeightSource(LoadedModel model, RawMemory memory) {
    ModelSpec spec() {
        return model.spec();
    }

    /** A matrix where it lies; one in the Java heap (small, made by a test) is copied. */
    Matrix matrix(WeightRole role, int layer, int rows, int columns) {
        return Matrix.of(nativeWeight(checked(role, layer, rows, columns)));
    }

    /** A vector, unpacked and padded with zeros. */
    long vector(WeightRole role, int layer, int columns) {
        long floats = memory.allocateFloats(Lanes.padded(columns));
        Matrix.of(nativeWeight(checked(role, layer, 1, columns))).unpackRow(0, floats);
        return floats;
    }

    private Weight nativeWeight(Weight weight) {
        if (weight.data().isNative()) {
            return weight;
        }
        long copy = memory.allocate(weight.data().byteSize());
        MemorySegment.copy(weight.data(), 0, RawMemory.ALL, copy, weight.data().byteSize());
        return new Weight(
                weight.key(),
                weight.rows(),
                weight.columns(),
                weight.format(),
                RawMemory.ALL.asSlice(copy, weight.data().byteSize()));
    }

    private Weight checked(WeightRole role, int layer, int rows, int columns) {
        WeightKey key = WeightKey.of(role, layer);
        Weight weight = model.weights().weight(key);
        if (weight.rows() != rows || weight.columns() != columns) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    key + " is " + weight.rows() + " x " + weight.columns() + ", the model's shape needs " + rows
                            + " x " + columns);
        }
        return weight;
    }
}
