package dev.javelin.cpu;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightContent;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;

/**
 * Looks weights up, checks their shapes and hands them out as addresses. Confined to the thread that builds a runner.
 *
 * @param model whose weights
 * @param memory receives vectors, unpacked, and matrices that are not native memory already
 */
record WeightSource(LoadedModel model, RawMemory memory) {
    /** Random weights are for measuring devices; here they are made in memory, and beyond this they are refused. */
    static final long RANDOM_LIMIT_BYTES = 4L << 30;

    /** Refuses random weights that would fill the machine. */
    WeightSource {
        long randomBytes = randomBytes(model);
        if (randomBytes > RANDOM_LIMIT_BYTES) {
            throw new JavelinException(
                    ErrorCode.OUT_OF_MEMORY,
                    "the model has " + randomBytes + " bytes of random weights, the CPU runner makes at most "
                            + RANDOM_LIMIT_BYTES + " in memory");
        }
    }

    /** Bytes of the weights that a runner makes itself. */
    static long randomBytes(LoadedModel model) {
        return model.weights().all().stream()
                .filter(weight -> weight.content() instanceof WeightContent.Random)
                .mapToLong(Weight::byteCount)
                .sum();
    }

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
        return switch (weight.content()) {
            case WeightContent.Stored(MemorySegment bytes) when bytes.isNative() -> weight;
            case WeightContent.Stored(MemorySegment bytes) -> inMemory(weight, copy -> copy.copyFrom(bytes));
            case WeightContent.Random random -> inMemory(weight, made -> random.fill(weight.format(), made, 0));
        };
    }

    private Weight inMemory(Weight weight, Consumer<MemorySegment> writer) {
        MemorySegment memory = RawMemory.ALL.asSlice(this.memory.allocate(weight.byteCount()), weight.byteCount());
        writer.accept(memory);
        return new Weight(weight.key(), weight.rows(), weight.columns(), weight.format(), memory);
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
