package dev.javelin.model.checkpoint;

import dev.javelin.model.Weight;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a checkpoint holds, in numbers, for people. Immutable.
 *
 * @param fileBytes bytes of its files, headers and padding included
 * @param byType what each type is used for, types that this build cannot read included, in their format's order
 */
public record CheckpointSummary(long fileBytes, SortedMap<TensorType, TypeUse> byType) {
    private static final Comparator<TensorType> ORDER = Comparator.comparingInt(TensorType::ordinal);

    /**
     * How much of one type there is.
     *
     * @param tensorCount tensors
     * @param parameterCount their values
     * @param packedBytes bytes of their data
     */
    public record TypeUse(long tensorCount, long parameterCount, long packedBytes) {
        private static final TypeUse NONE = new TypeUse(0, 0, 0);

        private TypeUse plus(TypeUse other) {
            return new TypeUse(
                    tensorCount + other.tensorCount,
                    parameterCount + other.parameterCount,
                    packedBytes + other.packedBytes);
        }
    }

    /** Copies the map. */
    public CheckpointSummary {
        SortedMap<TensorType, TypeUse> copy = new TreeMap<>(ORDER);
        copy.putAll(byType);
        byType = Collections.unmodifiableSortedMap(copy);
    }

    /** Counts a checkpoint's tensors. */
    public static CheckpointSummary of(Checkpoint checkpoint) {
        SortedMap<TensorType, TypeUse> byType = new TreeMap<>(ORDER);
        checkpoint
                .tensors()
                .forEach(tensor -> byType.merge(
                        tensor.type(), new TypeUse(1, tensor.elementCount(), tensor.byteCount()), TypeUse::plus));
        return new CheckpointSummary(checkpoint.fileBytes(), byType);
    }

    /** Counts weights of 16 or 32 bits that no file holds. */
    public static CheckpointSummary ofRandom(Collection<Weight> weights) {
        SortedMap<TensorType, TypeUse> byType = new TreeMap<>(ORDER);
        weights.forEach(weight -> byType.merge(
                SafetensorsType.of(weight.format()),
                new TypeUse(1, weight.rows() * weight.columns(), weight.byteCount()),
                TypeUse::plus));
        return new CheckpointSummary(0, byType);
    }

    /** What a type is used for; zeros where it is not. */
    public TypeUse use(TensorType type) {
        return byType.getOrDefault(type, TypeUse.NONE);
    }

    /** Values of all tensors. */
    public long parameterCount() {
        return byType.values().stream().mapToLong(TypeUse::parameterCount).sum();
    }

    /** Bytes of all tensors' data. */
    public long packedBytes() {
        return byType.values().stream().mapToLong(TypeUse::packedBytes).sum();
    }

    /** Average bits of a value. */
    public double bitsPerParameter() {
        return parameterCount() == 0 ? 0 : 8.0 * packedBytes() / parameterCount();
    }
}
