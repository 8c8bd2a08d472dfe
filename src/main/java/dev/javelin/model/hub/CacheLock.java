package dev.javelin.model.hub;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one process at a time fill one entry of a cache. Confined to the thread that took it.
 *
 * <p>The kernel drops the lock with its process, so a crash blocks nobody; the lock's file stays. Within one JVM a
 * second taker sees an overlap instead of a wait, hence the polling; its channel stays open meanwhile, because closing
 * any channel of a file drops all of the process's POSIX locks on it.
 */
final class CacheLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CacheLock.class);
    private static final Duration POLL = Duration.ofMillis(50);

    private final FileChannel channel;
    private final FileLock lock;

    private CacheLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes the lock; waits, with one log line, while another holds it. */
    static CacheLock take(Path file, Host host) throws IOException, InterruptedException {
        Files.createDirectories(Host.directoryOf(file));
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            boolean told = false;
            FileLock lock = tryLock(channel);
            while (lock == null) {
                if (!told) {
                    LOG.info("another process fills this cache entry, waiting for {}", file);
                    told = true;
                }
                host.sleep(POLL);
                lock = tryLock(channel);
            }
            taken = true;
            return new CacheLock(channel, lock);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    @Override
    public void close() throws IOException {
        lock.close();
        channel.close();
    }
}
