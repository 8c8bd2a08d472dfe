package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong();
    private final TerminalProgress progress =
            new TerminalProgress(new PrintStream(written, true, StandardCharsets.UTF_8), nanos::get);

    @Test
    void showsShareRateAndTimeLeft() {
        progress.onStart("model.gguf", 200_000_000, 50_000_000);
        nanos.set(5_000_000_000L);
        progress.onBytes(100_000_000);
        assertEquals("model.gguf [########        ]  50% 100.0 MB 10.0 MB/s 0:10", lastLine());
        nanos.set(10_000_000_000L);
        progress.onBytes(200_000_000);
        assertEquals(
                "model.gguf [################] 100% 200.0 MB 15.0 MB/s",
                lastLine().strip());
        progress.onEnd();
        assertTrue(written.toString(StandardCharsets.UTF_8).endsWith(System.lineSeparator()));
    }

    @Test
    void redrawsTenTimesASecondInOneNarrowLine() {
        progress.onStart("a".repeat(200), 3_000_000_000_000L, 0);
        for (int i = 0; i < 1000; i++) {
            nanos.addAndGet(1_000_000);
            progress.onBytes(i * 1_000_000_000L);
        }
        String all = written.toString(StandardCharsets.UTF_8);
        assertEquals(11, all.chars().filter(c -> c == '\r').count());
        assertTrue(all.lines().allMatch(l -> l.length() <= 80), all);
    }

    private String lastLine() {
        String all = written.toString(StandardCharsets.UTF_8);
        return all.substring(all.lastIndexOf('\r') + 1);
    }
}
