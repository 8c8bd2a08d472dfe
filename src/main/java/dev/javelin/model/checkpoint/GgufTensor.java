package dev.javelin.model.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * One tensor of a GGUF file: its directory entry and its bytes. Immutable; any thread may read it until the
 * {@link GgufFile} that it came from is closed.
 *
 * @param source the file's name, for messages
 * @param name as the file spells it, e.g. {@code blk.0.attn_q.weight}
 * @param dims extents in GGUF's order, the one that varies fastest first: {@code [columns, rows, ...]}; 1 to 4, each
 *     positive
 * @param type how the values are packed
 * @param offsetBytes where the data starts in the file
 * @param data the packed values, read-only, exactly {@link #byteCount()} long
 */
public record GgufTensor(
        String source, String name, List<Long> dims, GgmlType type, long offsetBytes, MemorySegment data)
        implements CheckpointTensor {
    /** Copies the dims. */
    public GgufTensor {
        dims = List.copyOf(dims);
    }

    @Override
    public List<Long> shape() {
        return dims.reversed();
    }

    /**
     * Decodes the whole tensor: for small ones.
     *
     * @throws dev.javelin.error.JavelinException {@code MODEL_UNSUPPORTED} naming tensor and type if the type cannot be
     *     decoded
     * @throws ArithmeticException if it has more values than an array can hold
     */
    public float[] toFloats() {
        float[] values = new float[Math.toIntExact(elementCount())];
        Dequantizer.decode(requireFormat(), data, 0, values, 0, values.length);
        return values;
    }
}
