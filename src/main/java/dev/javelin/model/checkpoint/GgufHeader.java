package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the header of a GGUF file says, checked. Immutable; parsing is confined to the calling thread.
 *
 * <pre>
 * "GGUF" | version u32 | tensor count u64 | metadata count u64
 * metadata count x ( key string | value type u32 | value )
 * tensor count   x ( name string | dim count u32 | dims u64... | type u32 | offset u64, from the data section )
 * padding to the alignment | data section
 * </pre>
 *
 * <p>Source: the GGUF specification in GGML's documentation. Version 2 has the layout of version 3.
 *
 * @param version 2 or 3
 * @param metadata the keys
 * @param tensors in the file's order
 */
record GgufHeader(int version, GgufMetadata metadata, List<GgufTensor> tensors) {
    private static final int MAGIC = 0x46554747;
    private static final int KEY_LIMIT_BYTES = 65535;
    private static final int METADATA_LIMIT_COUNT = 1 << 16;
    private static final int TENSOR_LIMIT_COUNT = 1 << 20;
    private static final int MIN_ENTRY_BYTES = 8 + 4 + 1;
    private static final int MIN_TENSOR_BYTES = 8 + 4 + 8 + 4 + 8;
    private static final int MAX_DIM_COUNT = 4;
    private static final String ALIGNMENT_KEY = "general.alignment";
    private static final int DEFAULT_ALIGNMENT_BYTES = 32;

    /**
     * Parses and checks the header.
     *
     * @param file the whole file; tensors become read-only slices of it
     * @param source the file's name, for messages
     * @throws JavelinException {@code MODEL_CORRUPT} with offset, field and value, or {@code MODEL_UNSUPPORTED} for
     *     another byte order, version or an unknown tensor type
     */
    static GgufHeader parse(MemorySegment file, String source) {
        GgufCursor cursor = new GgufCursor(file, source);
        int version = readVersion(cursor, source);
        int tensorCount = cursor.readCount("tensor count", MIN_TENSOR_BYTES, TENSOR_LIMIT_COUNT);
        int metadataCount = cursor.readCount("metadata count", MIN_ENTRY_BYTES, METADATA_LIMIT_COUNT);
        Map<String, GgufValue> values = LinkedHashMap.newLinkedHashMap(Math.min(metadataCount, 1024));
        for (int i = 0; i < metadataCount; i++) {
            readEntry(cursor, i, values);
        }
        GgufMetadata metadata = new GgufMetadata(source, values);
        long alignmentBytes = alignmentBytes(metadata);
        List<TensorEntry> entries = readTensorEntries(cursor, tensorCount, source);
        long dataStart = roundUp(cursor.position(), alignmentBytes);
        return new GgufHeader(
                version, metadata, new DataSection(file, cursor, dataStart, alignmentBytes).place(entries));
    }

    private static int readVersion(GgufCursor cursor, String source) {
        int magic = cursor.readInt("magic");
        if (magic != MAGIC) {
            throw cursor.corrupt(0, "magic", String.format("0x%08x", magic), "a GGUF file starts with \"GGUF\"");
        }
        int version = cursor.readInt("version");
        if (version == 2 || version == 3) {
            return version;
        }
        if (version == 1) {
            throw new JavelinException(
                    ErrorCode.MODEL_UNSUPPORTED, source + ": GGUF version 1 is not supported; convert it to version 3");
        }
        int swapped = Integer.reverseBytes(version);
        if (swapped >= 1 && swapped <= 0xFFFF) {
            throw new JavelinException(
                    ErrorCode.MODEL_UNSUPPORTED,
                    source + ": big-endian GGUF (version " + swapped + ") is not supported; use a little-endian file");
        }
        throw new JavelinException(
                ErrorCode.MODEL_UNSUPPORTED,
                source + ": GGUF version " + Integer.toUnsignedString(version)
                        + " is not supported; supported are 2 and 3");
    }

    private static void readEntry(GgufCursor cursor, int index, Map<String, GgufValue> values) {
        long at = cursor.position();
        String key = cursor.readString("metadata key " + index, KEY_LIMIT_BYTES);
        if (values.containsKey(key)) {
            throw cursor.corrupt(at, "metadata key " + index, key, "the key was there before");
        }
        values.put(key, new GgufValueReader(cursor, "metadata value of " + key).read());
    }

    private static long alignmentBytes(GgufMetadata metadata) {
        long alignment = metadata.findLong(ALIGNMENT_KEY).orElse((long) DEFAULT_ALIGNMENT_BYTES);
        if (alignment < 8 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
            throw metadata.corrupt(ALIGNMENT_KEY, alignment, "it must be a power of two in [8, 2^20]");
        }
        return alignment;
    }

    private static List<TensorEntry> readTensorEntries(GgufCursor cursor, int tensorCount, String source) {
        List<TensorEntry> entries = new ArrayList<>(tensorCount);
        Set<String> names = HashSet.newHashSet(tensorCount);
        for (int i = 0; i < tensorCount; i++) {
            long at = cursor.position();
            String name = cursor.readString("tensor name " + i, KEY_LIMIT_BYTES);
            if (!names.add(name)) {
                throw cursor.corrupt(at, "tensor name " + i, name, "the name was there before");
            }
            List<Long> dims = readDims(cursor, name);
            int typeId = cursor.readInt("type of tensor " + name);
            GgmlType type = GgmlType.tryOfId(typeId)
                    .orElseThrow(() -> new JavelinException(
                            ErrorCode.MODEL_UNSUPPORTED,
                            source + ": tensor " + GgufCursor.printable(name) + " has type id "
                                    + Integer.toUnsignedString(typeId) + ", which this build does not know"));
            long offsetAt = cursor.position();
            entries.add(new TensorEntry(name, dims, type, cursor.readLong("offset of tensor " + name), at, offsetAt));
        }
        return entries;
    }

    private static List<Long> readDims(GgufCursor cursor, String name) {
        long at = cursor.position();
        int dimCount = cursor.readInt("dim count of tensor " + name);
        if (dimCount < 1 || dimCount > MAX_DIM_COUNT) {
            throw cursor.corrupt(
                    at,
                    "dim count of tensor " + name,
                    Integer.toUnsignedString(dimCount),
                    "it must be in [1, " + MAX_DIM_COUNT + "]");
        }
        List<Long> dims = new ArrayList<>(dimCount);
        for (int i = 0; i < dimCount; i++) {
            long dimAt = cursor.position();
            long dim = cursor.readLong("dim " + i + " of tensor " + name);
            if (dim < 1) {
                throw cursor.corrupt(
                        dimAt, "dim " + i + " of tensor " + name, Long.toUnsignedString(dim), "it must be positive");
            }
            dims.add(dim);
        }
        return Collections.unmodifiableList(dims);
    }

    private static long roundUp(long offset, long alignmentBytes) {
        return (offset + alignmentBytes - 1) & -alignmentBytes;
    }

    /**
     * A directory entry as read; {@code offset} counts from the data section, {@code at} and {@code offsetAt} from the
     * file's start.
     */
    record TensorEntry(String name, List<Long> dims, GgmlType type, long offset, long at, long offsetAt) {}
}
