package dev.javelin.model.checkpoint;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * A position in a GGUF header that never reads past its end and never believes a count. Confined to the thread that
 * parses.
 *
 * <p>The header as a whole is limited to {@link #HEADER_LIMIT_BYTES}, and all lists together to
 * {@link #ELEMENT_LIMIT_COUNT} elements: several times what the largest vocabularies need, and small enough that a file
 * of many gigabytes whose counts lie cannot exhaust the heap.
 */
final class GgufCursor {
    static final long HEADER_LIMIT_BYTES = 128L << 20;
    static final long ELEMENT_LIMIT_COUNT = 8L << 20;

    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final MemorySegment file;
    private final String source;
    private final long limitBytes;
    private long position;
    private long elementsLeft = ELEMENT_LIMIT_COUNT;

    /**
     * A cursor at offset 0.
     *
     * @param source the file's name, for messages
     */
    GgufCursor(MemorySegment file, String source) {
        this.file = file;
        this.source = source;
        this.limitBytes = Math.min(file.byteSize(), HEADER_LIMIT_BYTES);
    }

    /** The file's name, for messages. */
    String source() {
        return source;
    }

    /** The offset of the next byte. */
    long position() {
        return position;
    }

    byte readByte(String field) {
        return file.get(ValueLayout.JAVA_BYTE, advance(1, field));
    }

    short readShort(String field) {
        return file.get(SHORT, advance(2, field));
    }

    int readInt(String field) {
        return file.get(INT, advance(4, field));
    }

    long readLong(String field) {
        return file.get(LONG, advance(8, field));
    }

    /**
     * Reads an unsigned 64-bit count of things that each take at least {@code minBytesEach}.
     *
     * @param limitCount the most that may be there
     * @return the count, so small that the things may fit the rest of the header
     */
    int readCount(String field, int minBytesEach, long limitCount) {
        long at = position;
        long count = readLong(field);
        long possible = Math.min(limitCount, (limitBytes - position) / minBytesEach);
        if (count < 0 || count > possible) {
            throw corrupt(
                    at,
                    field,
                    Long.toUnsignedString(count),
                    "at most " + possible + " fit the " + (limitBytes - position) + " bytes that follow and the limit "
                            + limitCount);
        }
        return (int) count;
    }

    /** Reads a list's count and takes it from the budget that all lists share. */
    int readElementCount(String field, int minBytesEach) {
        int count = readCount(field, minBytesEach, elementsLeft);
        elementsLeft -= count;
        return count;
    }

    /** Reads a length and as many bytes of UTF-8; anything else than well-formed UTF-8 is an error. */
    String readString(String field, int limitBytesOfString) {
        int length = readCount(field + " length", 1, limitBytesOfString);
        long at = advance(length, field);
        byte[] utf8 = file.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw corrupt(at, field, length + " bytes", "they are not valid UTF-8");
        }
    }

    /** An error at an offset. */
    JavelinException corrupt(long offsetBytes, String field, Object value, String why) {
        return new JavelinException(
                ErrorCode.MODEL_CORRUPT,
                source + ": offset " + offsetBytes + ": " + printable(field) + " is " + printable(value.toString())
                        + ": " + why);
    }

    /** The text with controls replaced and its middle cut, so that a damaged name cannot garble a log. */
    static String printable(String text) {
        String shown = text.length() <= 100 ? text : text.substring(0, 60) + "..." + text.substring(text.length() - 30);
        return shown.replaceAll("[\\p{Cntrl}\\p{Cs}]", "?");
    }

    private long advance(long byteCount, String field) {
        if (byteCount > limitBytes - position) {
            String end = limitBytes < file.byteSize() ? "the header's limit is " : "the file ends at ";
            throw corrupt(position, field, byteCount + " bytes long", end + limitBytes);
        }
        long at = position;
        position += byteCount;
        return at;
    }
}
