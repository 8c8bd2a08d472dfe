package dev.javelin.model.checkpoint;

import java.util.Arrays;
import java.util.Optional;

/** The types of a metadata value, with the id that GGUF stores. Immutable. */
enum GgufValueType {
    UINT8(0, 1),
    INT8(1, 1),
    UINT16(2, 2),
    INT16(3, 2),
    UINT32(4, 4),
    INT32(5, 4),
    FLOAT32(6, 4),
    BOOL(7, 1),
    /** A length of 8 bytes, then UTF-8. */
    STRING(8, 8),
    /** An element type of 4 bytes, a count of 8 bytes, then the elements. */
    ARRAY(9, 12),
    UINT64(10, 8),
    INT64(11, 8),
    FLOAT64(12, 8);

    private final int id;
    private final int minBytes;

    GgufValueType(int id, int minBytes) {
        this.id = id;
        this.minBytes = minBytes;
    }

    /** The type of an id, or empty. */
    static Optional<GgufValueType> tryOfId(int id) {
        return Arrays.stream(values()).filter(type -> type.id == id).findFirst();
    }

    /** The number that GGUF stores. */
    int id() {
        return id;
    }

    /** The fewest bytes that a value of this type takes in a file. */
    int minBytes() {
        return minBytes;
    }
}
