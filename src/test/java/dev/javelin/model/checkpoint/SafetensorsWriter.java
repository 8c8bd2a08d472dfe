package dev.javelin.model.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes safetensors files, sound ones and others. Confined to one thread. */
public final class SafetensorsWriter {
    private final Map<String, String> entries = new LinkedHashMap<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private int padding;

    /** A file of these bytes, whatever the header says. */
    public static byte[] file(String header, byte[] data) {
        byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + utf8.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .put(data)
                .array();
    }

    /** Adds a tensor of raw bytes. */
    public SafetensorsWriter tensor(String name, String type, long[] shape, byte[] bytes) {
        int begin = data.size();
        data.writeBytes(bytes);
        entries.put(
                name,
                "{\"dtype\":\"" + type + "\",\"shape\":" + Arrays.toString(shape) + ",\"data_offsets\":[" + begin + ","
                        + data.size() + "]}");
        return this;
    }

    /** Adds a tensor of numbers. */
    public SafetensorsWriter floats(String name, SafetensorsType type, long[] shape, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * type.bits() / 8).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            switch (type) {
                case F64 -> bytes.putDouble(value);
                case F32 -> bytes.putFloat(value);
                case F16 -> bytes.putShort(Float.floatToFloat16(value));
                case BF16 -> bytes.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                default -> throw new IllegalArgumentException(type.name());
            }
        }
        return tensor(name, type.name(), shape, bytes.array());
    }

    /** Lengthens the header by so many spaces. */
    public SafetensorsWriter padding(int spaces) {
        padding = spaces;
        return this;
    }

    /** The header's text. */
    public String header() {
        return entries.entrySet().stream()
                        .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                        .collect(Collectors.joining(",", "{\"__metadata__\":{\"format\":\"pt\"},", "}"))
                + " ".repeat(padding);
    }

    /** The whole file. */
    public byte[] toBytes() {
        return file(header(), data.toByteArray());
    }

    /** Writes the file. */
    public Path write(Path file) {
        try {
            return Files.write(file, toBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
