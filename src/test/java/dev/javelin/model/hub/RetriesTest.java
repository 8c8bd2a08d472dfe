package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetriesTest {
    private final TestHost host = new TestHost();

    @Test
    void pausesDoubleUpToALimit() {
        Retries retries = new Retries(8, Duration.ofSeconds(1), Duration.ofSeconds(60));
        assertThrows(
                IOException.class,
                () -> retries.run(host, () -> {
                    throw new IOException("broken");
                }));
        assertEquals(
                List.of(1, 2, 4, 8, 15, 15, 15),
                host.sleeps.stream().map(d -> (int) d.toSeconds()).toList());
    }

    @Test
    void aConnectionThatCannotBeMadeIsNotTriedAgain() {
        assertThrows(
                IOException.class,
                () -> Retries.DEFAULT.run(host, () -> {
                    throw new HubTransport.UnreachableException("down", new IOException());
                }));
        assertEquals(List.of(), host.sleeps);
    }

    @Test
    void readsBothFormsOfRetryAfter() {
        Instant now = Instant.parse("2026-11-22T12:00:00Z");
        assertEquals(Duration.ofSeconds(30), Retries.retryAfter("30", now));
        assertEquals(Duration.ZERO, Retries.retryAfter("-5", now));
        assertEquals(Duration.ofSeconds(90), Retries.retryAfter("Sun, 22 Nov 2026 12:01:30 GMT", now));
        assertEquals(Duration.ZERO, Retries.retryAfter("Sun, 22 Nov 2026 11:00:00 GMT", now));
        assertNull(Retries.retryAfter("soon", now));
        assertNull(Retries.retryAfter(null, now));
    }
}
