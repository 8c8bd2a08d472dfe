package dev.javelin.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * One tensor of a safetensors file. Immutable; any thread may read it until its {@link Checkpoint} is closed.
 *
 * @param source the file's name, for messages
 * @param name as the file spells it, e.g. {@code model.layers.0.self_attn.q_proj.weight}
 * @param shape extents, the one that varies fastest last; may be empty, and may hold zeros
 * @param type how the values are stored
 * @param data the values, little-endian, read-only, of any alignment
 */
public record SafetensorsTensor(String source, String name, List<Long> shape, SafetensorsType type, MemorySegment data)
        implements CheckpointTensor {
    private static final ValueLayout.OfDouble DOUBLE =
            ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Copies the shape. */
    public SafetensorsTensor {
        shape = List.copyOf(shape);
    }

    /** Doubles become floats; everything else stays where it is. */
    @Override
    public MemorySegment weightData(SegmentAllocator allocator) {
        if (type != SafetensorsType.F64) {
            return data;
        }
        long count = elementCount();
        MemorySegment floats = allocator.allocate(count * Float.BYTES, Float.BYTES);
        for (long i = 0; i < count; i++) {
            floats.set(FLOAT, i * Float.BYTES, (float) data.get(DOUBLE, i * Double.BYTES));
        }
        return floats.asReadOnly();
    }
}
