package dev.javelin.cli;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Lines of UTF-8 in bounded memory. Confined to one thread.
 *
 * <pre>
 * buffer   | used up | this line | \n | read ahead | free |
 *                    lineStart   lineEnd  next     end
 * </pre>
 */
final class LineReader {
    /** Longer than any text that a tokenizer takes, even if every character of it is escaped. */
    static final int MAX_LINE_BYTES = 1 << 27;

    private static final int FIRST_BUFFER_BYTES = 1 << 16;
    private static final char REPLACEMENT = '\uFFFD';

    /** What is done before the reader waits for input. */
    @FunctionalInterface
    interface BeforeWait {
        void run() throws IOException;
    }

    private final InputStream in;
    private final int maxLineBytes;
    private final BeforeWait beforeWait;
    private byte[] buffer = new byte[FIRST_BUFFER_BYTES];
    private int lineStart;
    private int lineEnd;
    private int next;
    private int end;
    private boolean ended;
    private boolean tooLong;
    private long lineNumber;

    /**
     * A reader.
     *
     * @param in bytes
     * @param maxLineBytes longest line, its end not counted
     * @param beforeWait called when no whole line is at hand and the stream has nothing ready
     */
    LineReader(InputStream in, int maxLineBytes, BeforeWait beforeWait) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
        this.beforeWait = beforeWait;
    }

    /** Goes to the next line; false at the end. A last line without a line feed counts, an empty one does not. */
    boolean advance() throws IOException {
        lineStart = next;
        tooLong = false;
        int scanned = next;
        while (true) {
            int feed = indexOfLineFeed(scanned);
            if (feed >= 0) {
                return take(feed, feed + 1);
            }
            if (end - lineStart > maxLineBytes) {
                tooLong = true;
                end = lineStart; // forget what is there: the line is lost, the next one is not
            }
            int lineBytes = end - lineStart;
            if (!fill()) {
                return (tooLong || lineBytes > 0) && take(end, end);
            }
            scanned = lineStart + lineBytes;
        }
    }

    private boolean take(int feed, int following) {
        lineEnd = feed;
        next = following;
        tooLong |= lineEnd - lineStart > maxLineBytes;
        lineNumber++;
        return true;
    }

    /** The current line's number, from 1. */
    long lineNumber() {
        return lineNumber;
    }

    /**
     * The current line without its end.
     *
     * @throws JavelinException INVALID_REQUEST for a line that is too long or no UTF-8
     */
    String text() {
        if (tooLong) {
            throw new JavelinException(
                    ErrorCode.INVALID_REQUEST, "the line is longer than the limit of " + maxLineBytes + " bytes");
        }
        return decode(buffer, lineStart, lineEnd - lineStart);
    }

    /**
     * Strict UTF-8.
     *
     * @throws JavelinException INVALID_REQUEST naming the first wrong byte's offset
     */
    static String decode(byte[] bytes, int offset, int byteCount) {
        String text = new String(bytes, offset, byteCount, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) { // in the bytes, or made of wrong ones
            ByteBuffer source = ByteBuffer.wrap(bytes, offset, byteCount);
            var result =
                    StandardCharsets.UTF_8.newDecoder().decode(source, CharBuffer.allocate(text.length() + 1), true);
            if (result.isError()) {
                throw new JavelinException(
                        ErrorCode.INVALID_REQUEST,
                        "byte " + (source.position() - offset) + " is not UTF-8: 0x"
                                + Integer.toHexString(bytes[source.position()] & 0xFF));
            }
        }
        return text;
    }

    private int indexOfLineFeed(int from) {
        for (int i = from; i < end; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Reads some more, for which the line may move within the buffer; false at the end. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        makeRoom();
        if (in.available() == 0) {
            beforeWait.run();
        }
        int byteCount = in.read(buffer, end, buffer.length - end);
        ended = byteCount < 0;
        end += Math.max(0, byteCount);
        return !ended;
    }

    private void makeRoom() {
        boolean full = end == buffer.length;
        if (lineStart > 0 && (full || lineStart == end)) {
            System.arraycopy(buffer, lineStart, buffer, 0, end - lineStart);
            end -= lineStart;
            lineStart = 0;
        } else if (full) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, maxLineBytes + 2L));
        }
    }
}
