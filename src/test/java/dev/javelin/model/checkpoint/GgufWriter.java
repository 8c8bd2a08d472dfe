package dev.javelin.model.checkpoint;

import dev.javelin.model.WeightFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Builds small GGUF v3 files for tests. Confined to one thread.
 *
 * <p>Metadata values may be {@code Boolean, Integer (written as uint32; negative as int32), Long (uint64; negative as
 * int64), Float, Double, String}, or a {@code List} of one of these or of lists. Nothing is checked, so that files can
 * lie: {@link #rawTensor} writes a directory entry as told.
 */
public final class GgufWriter {
    private final Map<String, Object> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int alignmentBytes = 32;

    private record Entry(String name, int typeId, long offset, long[] dims) {}

    /** Sets a key; the last value wins. */
    public GgufWriter metadata(String key, Object value) {
        metadata.put(key, value);
        return this;
    }

    /** Leaves a key out again. */
    public GgufWriter without(String key) {
        metadata.remove(key);
        return this;
    }

    /** Sets and writes the alignment; before any tensor. */
    public GgufWriter alignment(int bytes) {
        alignmentBytes = bytes;
        return metadata("general.alignment", bytes);
    }

    /** A row-major matrix, quantised to the format. */
    public GgufWriter matrix(String name, WeightFormat format, int rows, int columns, float[] values) {
        return tensor(name, format, new long[] {columns, rows}, values);
    }

    /** A vector, as F32. */
    public GgufWriter vector(String name, float... values) {
        return tensor(name, WeightFormat.F32, new long[] {values.length}, values);
    }

    /**
     * A tensor, quantised to the format.
     *
     * @param dims in GGUF's order, columns first
     */
    public GgufWriter tensor(String name, WeightFormat format, long[] dims, float[] values) {
        return rawTensor(name, GgmlType.valueOf(format.name()).id(), dims, GgufQuantizer.quantize(format, values));
    }

    /** A tensor of packed bytes, at the next aligned offset. */
    public GgufWriter rawTensor(String name, int typeId, long[] dims, byte[] packed) {
        pad(data, alignmentBytes);
        rawEntry(name, typeId, data.size(), dims);
        data.writeBytes(packed);
        return this;
    }

    /** A directory entry alone. */
    public GgufWriter rawEntry(String name, int typeId, long offset, long... dims) {
        entries.add(new Entry(name, typeId, offset, dims));
        return this;
    }

    /** The whole file. */
    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        put(
                out,
                8,
                buffer -> buffer.put("GGUF".getBytes(StandardCharsets.US_ASCII)).putInt(3));
        putLong(out, entries.size());
        putLong(out, metadata.size());
        metadata.forEach((key, value) -> {
            putString(out, key);
            putInt(out, type(value).id());
            putValue(out, value);
        });
        for (Entry entry : entries) {
            putString(out, entry.name());
            putInt(out, entry.dims().length);
            for (long dim : entry.dims()) {
                putLong(out, dim);
            }
            putInt(out, entry.typeId());
            putLong(out, entry.offset());
        }
        pad(out, alignmentBytes);
        out.writeBytes(data.toByteArray());
        return out.toByteArray();
    }

    /** Writes the whole file. */
    public Path write(Path path) {
        try {
            return Files.write(path, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static GgufValueType type(Object value) {
        return switch (value) {
            case Boolean _ -> GgufValueType.BOOL;
            case Integer number -> number < 0 ? GgufValueType.INT32 : GgufValueType.UINT32;
            case Long number -> number < 0 ? GgufValueType.INT64 : GgufValueType.UINT64;
            case Float _ -> GgufValueType.FLOAT32;
            case Double _ -> GgufValueType.FLOAT64;
            case String _ -> GgufValueType.STRING;
            case List<?> _ -> GgufValueType.ARRAY;
            default -> throw new IllegalArgumentException(value.getClass() + " is no metadata type");
        };
    }

    private static void putValue(ByteArrayOutputStream out, Object value) {
        switch (value) {
            case Boolean flag -> out.write(flag ? 1 : 0);
            case Integer number -> putInt(out, number);
            case Long number -> putLong(out, number);
            case Float number -> putInt(out, Float.floatToRawIntBits(number));
            case Double number -> putLong(out, Double.doubleToRawLongBits(number));
            case String text -> putString(out, text);
            case List<?> list -> {
                putInt(out, elementType(list).id());
                putLong(out, list.size());
                list.forEach(element -> putValue(out, element));
            }
            default -> throw new IllegalArgumentException(value.getClass() + " is no metadata type");
        }
    }

    /** Signed if any element is negative; strings where there is nothing to see. */
    private static GgufValueType elementType(List<?> list) {
        return list.stream()
                .map(GgufWriter::type)
                .reduce((a, b) -> a == GgufValueType.INT32 || a == GgufValueType.INT64 ? a : b)
                .orElse(GgufValueType.STRING);
    }

    private static void putString(ByteArrayOutputStream out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        putLong(out, utf8.length);
        out.writeBytes(utf8);
    }

    private static void putInt(ByteArrayOutputStream out, int value) {
        put(out, 4, buffer -> buffer.putInt(value));
    }

    private static void putLong(ByteArrayOutputStream out, long value) {
        put(out, 8, buffer -> buffer.putLong(value));
    }

    private static void put(ByteArrayOutputStream out, int bytes, Consumer<ByteBuffer> fill) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        fill.accept(buffer);
        out.writeBytes(buffer.array());
    }

    private static void pad(ByteArrayOutputStream out, int alignmentBytes) {
        while (out.size() % alignmentBytes != 0) {
            out.write(0);
        }
    }
}
