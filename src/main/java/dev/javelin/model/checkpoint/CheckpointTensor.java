package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One tensor of a checkpoint: name, shape and bytes. Immutable; any thread may read it until its {@link Checkpoint} is
 * closed.
 */
public interface CheckpointTensor {
    /** The file's name, for messages. */
    String source();

    /** As the file spells it. */
    String name();

    /** Extents, the one that varies fastest last; empty for a single value. */
    List<Long> shape();

    /** How the values are stored. */
    TensorType type();

    /** The values as the file has them, read-only. */
    MemorySegment data();

    /** Values in the tensor; 0 if an extent is. */
    default long elementCount() {
        return shape().stream().reduce(1L, Math::multiplyExact);
    }

    /** Values in a row: the fastest extent. */
    default long columnCount() {
        return shape().isEmpty() ? 1 : shape().getLast();
    }

    /** Rows: the product of all other extents; 1 for a vector, 0 for an empty tensor. */
    default long rowCount() {
        return columnCount() == 0 ? 0 : elementCount() / columnCount();
    }

    /** Bytes of the values. */
    default long byteCount() {
        return data().byteSize();
    }

    /**
     * The format that runners get the weights in.
     *
     * @throws JavelinException {@code MODEL_UNSUPPORTED} naming tensor and type if there is none
     */
    default WeightFormat requireFormat() {
        return type().tryFormat()
                .orElseThrow(() -> new JavelinException(
                        ErrorCode.MODEL_UNSUPPORTED,
                        source() + ": tensor " + GgufCursor.printable(name()) + " has type " + type().name()
                                + ", which is not supported; supported are "
                                + type().all().stream()
                                        .filter(type -> type.tryFormat().isPresent())
                                        .map(TensorType::name)
                                        .collect(Collectors.joining(", "))));
    }

    /**
     * The weights in {@link #requireFormat()}.
     *
     * @param allocator gives memory where they must be converted
     */
    default MemorySegment weightData(SegmentAllocator allocator) {
        return data();
    }
}
