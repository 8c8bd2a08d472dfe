package dev.javelin.model.checkpoint;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a checkpoint holds, in numbers, for people. Immutable.
 *
 * @param fileBytes bytes of the file, header and padding included
 * @param byType what each type is used for, types that this build cannot read included
 */
public record CheckpointSummary(long fileBytes, Map<GgmlType, TypeUse> byType) {
    /**
     * How much of one type there is.
     *
     * @param tensorCount tensors
     * @param parameterCount their values
     * @param packedBytes bytes of their data
     */
    public record TypeUse(long tensorCount, long parameterCount, long packedBytes) {
        private static final TypeUse NONE = new TypeUse(0, 0, 0);

        private static TypeUse of(GgufTensor tensor) {
            return new TypeUse(1, tensor.elementCount(), tensor.byteCount());
        }

        private TypeUse plus(TypeUse other) {
            return new TypeUse(
                    tensorCount + other.tensorCount,
                    parameterCount + other.parameterCount,
                    packedBytes + other.packedBytes);
        }
    }

    /** Copies the map. */
    public CheckpointSummary {
        byType = Collections.unmodifiableMap(new EnumMap<>(byType));
    }

    /** Counts a file's tensors. */
    public static CheckpointSummary of(GgufFile file) {
        Map<GgmlType, TypeUse> byType = new EnumMap<>(GgmlType.class);
        file.tensors().forEach(tensor -> byType.merge(tensor.type(), TypeUse.of(tensor), TypeUse::plus));
        return new CheckpointSummary(file.fileBytes(), byType);
    }

    /** What a type is used for; zeros where it is not. */
    public TypeUse use(GgmlType type) {
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
