package dev.javelin.model.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A machine that sleeps a millisecond whatever is asked, and lacks what the test says. Thread-safe. */
final class TestHost implements Host {
    final List<Duration> sleeps = new CopyOnWriteArrayList<>();
    volatile long usableBytes = Long.MAX_VALUE;
    volatile boolean hasLinks = true;

    @Override
    public Instant now() {
        return Instant.parse("2026-11-22T12:00:00Z");
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        sleeps.add(duration);
        Thread.sleep(1);
    }

    @Override
    public long usableBytes(Path directory) {
        return usableBytes;
    }

    @Override
    public void link(Path link, Path target) throws IOException {
        if (!hasLinks) {
            throw new UnsupportedOperationException("no links");
        }
        Files.createSymbolicLink(link, target);
    }
}
