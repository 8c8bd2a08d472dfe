package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What the header of a safetensors file says, checked. Immutable; parsing is confined to the calling thread.
 *
 * <pre>
 * header bytes u64 | JSON {"NAME": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...} | data
 * 0                  8                                                                                8 + header bytes
 * </pre>
 *
 * <p>Held here, as the format demands: names are unique, a tensor's range is as long as type and shape say, and the
 * ranges fill the data without overlap, hole or rest. So nothing hides in a file, and one that was cut short shows.
 *
 * <p>Source: the format's description in the safetensors repository.
 *
 * @param tensors in the order of their data
 */
record SafetensorsHeader(List<SafetensorsTensor> tensors) {
    /** The format's own limit. */
    static final long HEADER_LIMIT_BYTES = 100_000_000;

    private static final int LENGTH_BYTES = 8;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /**
     * Parses and checks the header.
     *
     * @param file the whole file; tensors become read-only slices of it
     * @param source the file's name, for messages
     * @throws JavelinException {@code MODEL_CORRUPT} with field and value, or {@code MODEL_UNSUPPORTED} for a type that
     *     is not known
     */
    static SafetensorsHeader parse(MemorySegment file, String source) {
        String json = json(file, source);
        long dataStart = file.byteSize() - dataBytes(file);
        List<SafetensorsEntry> entries = new SafetensorsHeaderReader(source, json).read();
        entries.sort(
                Comparator.comparingLong(SafetensorsEntry::beginBytes).thenComparingLong(SafetensorsEntry::endBytes));
        refuseGapsAndOverlaps(entries, dataBytes(file), source);
        MemorySegment data = file.asReadOnly().asSlice(dataStart);
        List<SafetensorsTensor> tensors = new ArrayList<>(entries.size());
        for (SafetensorsEntry entry : entries) {
            tensors.add(new SafetensorsTensor(
                    source,
                    entry.name(),
                    entry.shape(),
                    entry.type(),
                    data.asSlice(entry.beginBytes(), entry.endBytes() - entry.beginBytes())));
        }
        return new SafetensorsHeader(List.copyOf(tensors));
    }

    private static long dataBytes(MemorySegment file) {
        return file.byteSize() - LENGTH_BYTES - file.get(LONG, 0);
    }

    private static String json(MemorySegment file, String source) {
        if (file.byteSize() < LENGTH_BYTES) {
            throw corrupt(source, "the file", file.byteSize() + " bytes long", "a header length takes " + LENGTH_BYTES);
        }
        long headerBytes = file.get(LONG, 0);
        long possible = Math.min(HEADER_LIMIT_BYTES, file.byteSize() - LENGTH_BYTES);
        if (headerBytes < 2 || headerBytes > possible) {
            throw corrupt(
                    source,
                    "header length",
                    Long.toUnsignedString(headerBytes),
                    "it must be in [2, " + possible + "], as the file has " + file.byteSize()
                            + " bytes and the limit is " + HEADER_LIMIT_BYTES);
        }
        byte[] utf8 = file.asSlice(LENGTH_BYTES, headerBytes).toArray(ValueLayout.JAVA_BYTE);
        if (utf8[0] != '{') {
            throw corrupt(source, "first byte of the header", utf8[0] & 0xFF, "it must be an opening brace");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw corrupt(source, "header", headerBytes + " bytes long", "it is no valid UTF-8");
        }
    }

    private static void refuseGapsAndOverlaps(List<SafetensorsEntry> sorted, long dataBytes, String source) {
        long filled = 0;
        for (SafetensorsEntry entry : sorted) {
            if (entry.beginBytes() != filled) {
                throw corrupt(
                        source,
                        "data_offsets of tensor " + entry.name(),
                        "[" + entry.beginBytes() + ", " + entry.endBytes() + "]",
                        entry.beginBytes() < filled
                                ? "it overlaps other tensors, which end at " + filled
                                : "nothing describes the bytes from " + filled + " on");
            }
            filled = entry.endBytes();
        }
        if (filled != dataBytes) {
            throw corrupt(
                    source,
                    "the data",
                    dataBytes + " bytes long",
                    "the tensors end at " + filled + ": the file was cut short or continues");
        }
    }

    /** An error about a field of a file. */
    static JavelinException corrupt(String source, String field, Object value, String why) {
        return new JavelinException(
                ErrorCode.MODEL_CORRUPT,
                source + ": " + GgufCursor.printable(field) + " is " + GgufCursor.printable(value.toString()) + ": "
                        + why);
    }
}
