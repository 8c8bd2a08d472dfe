package dev.javelin.model.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** What this package asks of the machine and tests decide: time, sleep, free space, links. Thread-safe. */
interface Host {
    /** The time of day, for a server that names one. */
    Instant now();

    /** Sleeps. */
    void sleep(Duration duration) throws InterruptedException;

    /** Bytes that this process may still write to the file system of an existing directory. */
    long usableBytes(Path directory) throws IOException;

    /** Makes {@code link} point to {@code target}, which is relative to the link's directory. */
    void link(Path link, Path target) throws IOException;

    /** The directory that holds a file. */
    static Path directoryOf(Path file) {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IllegalArgumentException(file + " is a root");
        }
        return directory;
    }

    /** The machine as it is. */
    static Host system() {
        return SystemHost.INSTANCE;
    }

    /** The machine as it is. */
    enum SystemHost implements Host {
        /** The only one. */
        INSTANCE;

        @Override
        public Instant now() {
            return Instant.now();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Thread.sleep(duration);
        }

        @Override
        public long usableBytes(Path directory) throws IOException {
            return Files.getFileStore(directory).getUsableSpace();
        }

        @Override
        public void link(Path link, Path target) throws IOException {
            Files.createSymbolicLink(link, target);
        }
    }
}
