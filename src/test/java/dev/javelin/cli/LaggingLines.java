package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Checks lines as they come, and how far they are behind their input. Confined to one thread. */
final class LaggingLines extends OutputStream {
    private final CountingLines input;
    private final IntFunction<String> expectedLine;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int lineCount;
    private int largestLagLines;

    LaggingLines(CountingLines input, IntFunction<String> expectedLine) {
        this.input = input;
        this.expectedLine = expectedLine;
    }

    int lineCount() {
        return lineCount;
    }

    int largestLagLines() {
        return largestLagLines;
    }

    @Override
    public void write(int value) {
        largestLagLines = Math.max(largestLagLines, input.givenLines() - lineCount);
        line.write(value);
        if (value == '\n') {
            assertEquals(expectedLine.apply(lineCount++), line.toString(StandardCharsets.UTF_8));
            line.reset();
        }
    }
}
