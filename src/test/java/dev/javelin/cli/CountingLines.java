package dev.javelin.cli;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Lines made when they are asked for, which knows how many have been. Confined to one thread. */
final class CountingLines extends InputStream {
    private final int lineCount;
    private final IntFunction<String> lineOf;
    private int givenLines;
    private byte[] line = new byte[0];
    private int offset;

    CountingLines(int lineCount, IntFunction<String> lineOf) {
        this.lineCount = lineCount;
        this.lineOf = lineOf;
    }

    int givenLines() {
        return givenLines;
    }

    @Override
    public int read() {
        return atEnd() ? -1 : line[offset++] & 0xFF;
    }

    /** At most the rest of one line. */
    @Override
    public int read(byte[] bytes, int start, int length) {
        if (atEnd()) {
            return -1;
        }
        int byteCount = Math.min(length, line.length - offset);
        System.arraycopy(line, offset, bytes, start, byteCount);
        offset += byteCount;
        return byteCount;
    }

    /** Something is always ready: no reader has a reason to flush. */
    @Override
    public int available() {
        return 1;
    }

    private boolean atEnd() {
        if (offset < line.length) {
            return false;
        }
        if (givenLines == lineCount) {
            return true;
        }
        line = lineOf.apply(givenLines++).getBytes(StandardCharsets.UTF_8);
        offset = 0;
        return false;
    }
}
