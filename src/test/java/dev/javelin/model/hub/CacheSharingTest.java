package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.model.hub.FakeHub.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CacheSharingTest extends HubFixture {
    @BeforeEach
    void fill() {
        hub.put(REPOSITORY, FILE, CONTENT);
    }

    @Test
    void threadsOfOneProcessDownloadOnce() throws Exception {
        hub.failContent(new Fault.Delay(100));
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<ResolvedModel>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(threads.submit(() -> resolve(SOURCE)));
            }
            for (Future<ResolvedModel> one : all) {
                assertArrayEquals(
                        CONTENT, Files.readAllBytes(one.get().mainFile().path()));
            }
        }
        assertEquals(1, hub.seen("content").size());
    }

    @Test
    void processesDownloadOnce() throws Exception {
        hub.failContent(new Fault.Delay(1500));
        Process other = fork();
        awaitContentRequest();
        ResolvedModel mine = resolve(SOURCE);

        assertTrue(mine.cached());
        assertArrayEquals(CONTENT, Files.readAllBytes(mine.mainFile().path()));
        assertTrue(other.waitFor(20, TimeUnit.SECONDS));
        assertEquals(0, other.exitValue());
        assertEquals(1, hub.seen("content").size());
    }

    @Test
    void aKilledProcessLeavesAResumablePartAndNoLock() throws Exception {
        hub.failContent(new Fault.Stall(100_000));
        Process other = fork();
        awaitPart(100_000);
        other.destroyForcibly().waitFor();

        ResolvedModel mine = resolve(SOURCE);
        assertArrayEquals(CONTENT, Files.readAllBytes(mine.mainFile().path()));
        assertEquals("bytes=100000-", hub.seen("content").getLast().header("Range"));
    }

    private Process fork() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ForkedResolver.class.getName(),
                        hub.endpoint().toString(),
                        cache().toString(),
                        SOURCE)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("forked.log").toFile())
                .start();
    }

    private void awaitContentRequest() throws InterruptedException {
        for (int i = 0; i < 2000 && hub.seen("content").isEmpty(); i++) {
            Thread.sleep(5);
        }
        assertEquals(1, hub.seen("content").size(), () -> "the other process asked for nothing: " + log());
    }

    private void awaitPart(long lengthBytes) throws Exception {
        long foundBytes = 0;
        for (int i = 0; i < 2000 && foundBytes < lengthBytes; i++) {
            Thread.sleep(5);
            foundBytes = Files.exists(part(CONTENT)) ? Files.size(part(CONTENT)) : 0;
        }
        assertEquals(lengthBytes, foundBytes, this::log);
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("forked.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** The other process. */
    static final class ForkedResolver {
        private ForkedResolver() {}

        public static void main(String[] arguments) {
            HubSettings settings = new HubSettings(
                    java.net.URI.create(arguments[0]),
                    null,
                    Path.of(arguments[1]),
                    Path.of(arguments[1], "packages"),
                    Duration.ofSeconds(3),
                    Duration.ofSeconds(10),
                    false,
                    List.of(),
                    Duration.ofSeconds(1));
            new ModelResolver(settings, QuantPreference.DEFAULT, DownloadProgress.silent())
                    .resolve(List.of(ModelSource.parse(arguments[2])));
        }
    }
}
