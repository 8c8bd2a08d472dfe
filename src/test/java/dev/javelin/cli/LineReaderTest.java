package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.javelin.error.JavelinException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    private static final int NO_LIMIT = 1 << 27;

    @Test
    void givesEveryLineOnceHoweverTheBytesArrive() throws IOException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            List<String> expected = new ArrayList<>();
            int lineCount = random.nextInt(20);
            for (int i = 0; i < lineCount; i++) {
                int chars = random.nextInt(10) == 0 ? random.nextInt(200_000) : random.nextInt(50);
                expected.add("é".repeat(chars / 2) + "x".repeat(chars % 7));
            }
            String text = String.join("\n", expected);
            boolean ended = random.nextBoolean();
            if (lineCount > 0 && !ended && expected.getLast().isEmpty()) {
                expected.removeLast(); // an empty line without an end is none
            }
            InputStream in = new Trickle((ended && lineCount > 0 ? text + "\n" : text), random.split());
            LineReader lines = new LineReader(in, NO_LIMIT, () -> {});
            List<String> actual = new ArrayList<>();
            while (lines.advance()) {
                actual.add(lines.text());
                assertEquals(actual.size(), lines.lineNumber(), "seed " + seed);
            }
            assertEquals(expected, actual, "seed " + seed);
        }
    }

    @Test
    void tooLongLineCostsOnlyItself() throws IOException {
        int limit = 100_000;
        String fits = "a".repeat(limit);
        String text = "b\n" + fits + "\n" + "c".repeat(limit + 1) + "\n" + "d".repeat(5 * limit) + "\ne\n"
                + "f".repeat(3 * limit);
        LineReader lines = new LineReader(new Trickle(text, new SplittableRandom(1)), limit, () -> {});
        List<String> actual = new ArrayList<>();
        while (lines.advance()) {
            try {
                actual.add(lines.text());
            } catch (JavelinException e) {
                actual.add(e.reason());
            }
        }
        String refusal = "the line is longer than the limit of 100000 bytes";
        assertEquals(List.of("b", fits, refusal, refusal, "e", refusal), actual);
    }

    @Test
    void wrongBytesAreNamedByPlace() throws IOException {
        byte[] bytes = "ok \uFFFD\nabc\u00FF".getBytes(StandardCharsets.ISO_8859_1);
        byte[] valid = "real \uFFFD".getBytes(StandardCharsets.UTF_8);
        LineReader lines = new LineReader(new ByteArrayInputStream(bytes), NO_LIMIT, () -> {});
        assertEquals(true, lines.advance());
        assertEquals("ok ?", lines.text());
        assertEquals(true, lines.advance());
        assertEquals(
                "byte 3 is not UTF-8: 0xff",
                assertThrows(JavelinException.class, lines::text).reason());
        assertEquals("real \uFFFD", LineReader.decode(valid, 0, valid.length));
        assertEquals(
                "byte 5 is not UTF-8: 0xef",
                assertThrows(JavelinException.class, () -> LineReader.decode(valid, 0, valid.length - 1))
                        .reason());
    }

    @Test
    void callsBeforeItWaitsAndOnlyThen() throws IOException {
        List<String> events = new ArrayList<>();
        InputStream in = new InputStream() {
            private final List<String> parts = new ArrayList<>(List.of("1\n2\n", "3\n"));

            @Override
            public int read() {
                throw new AssertionError("reads in blocks");
            }

            @Override
            public int read(byte[] bytes, int offset, int length) {
                events.add("read");
                if (parts.isEmpty()) {
                    return -1;
                }
                byte[] part = parts.removeFirst().getBytes(StandardCharsets.UTF_8);
                System.arraycopy(part, 0, bytes, offset, part.length);
                return part.length;
            }
        };
        LineReader lines = new LineReader(in, NO_LIMIT, () -> events.add("flush"));
        while (lines.advance()) {
            events.add(lines.text());
        }
        assertEquals(List.of("flush", "read", "1", "2", "flush", "read", "3", "flush", "read"), events);
    }

    /** Gives a text in pieces of random length. */
    private static final class Trickle extends InputStream {
        private final InputStream text;
        private final SplittableRandom random;

        Trickle(String text, SplittableRandom random) {
            this.text = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
            this.random = random;
        }

        @Override
        public int read() throws IOException {
            return text.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            return text.read(bytes, offset, Math.min(length, 1 + random.nextInt(random.nextBoolean() ? 8 : 100_000)));
        }
    }
}
