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
        if (offset == line.length) {
            if (givenLines == lineCount) {
                return -1;
            }
            line = lineOf.apply(givenLines++).getBytes(StandardCharsets.UTF_8);
            offset = 0;
        }
        return line[offset++] & 0xFF;
    }
}
