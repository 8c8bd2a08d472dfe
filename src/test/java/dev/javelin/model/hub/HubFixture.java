package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What the tests of the Hub share: a fake one, an empty cache, a machine that does not sleep. */
abstract class HubFixture {
    static final String REPOSITORY = "acme/tiny-GGUF";
    static final String FILE = "tiny-Q8_0.gguf";
    static final String SOURCE = "hf:" + REPOSITORY + "/" + FILE;
    static final byte[] CONTENT = bytes(7, 300_000);
    static final Duration IDLE_LIMIT = Duration.ofMillis(400);

    @TempDir
    Path directory;

    final FakeHub hub = new FakeHub();
    final TestHost host = new TestHost();
    Retries retries = Retries.DEFAULT;
    QuantPreference quants = QuantPreference.DEFAULT;
    DownloadProgress progress = DownloadProgress.silent();

    @AfterEach
    void stop() {
        hub.close();
    }

    static byte[] bytes(int seed, int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    Path cache() {
        return directory.resolve("hub");
    }

    Path repository() {
        return cache().resolve("models--acme--tiny-GGUF");
    }

    Path part(byte[] content) {
        return repository().resolve("blobs").resolve(FakeHub.sha256(content) + ".javelin.incomplete");
    }

    HubSettings settings(URI endpoint, @Nullable String token, boolean offline) {
        return new HubSettings(
                endpoint,
                token,
                cache(),
                directory.resolve("javelin"),
                Duration.ofSeconds(3),
                IDLE_LIMIT,
                offline,
                List.of(List.of("no-such-pip")),
                Duration.ofSeconds(20));
    }

    ModelResolver resolver(HubSettings settings) {
        return new ModelResolver(settings, new HubFetcher.Tools(host, retries, quants, progress));
    }

    ResolvedModel resolve(String source) {
        return resolve(source, settings(hub.endpoint(), null, false));
    }

    ResolvedModel resolve(String source, HubSettings settings) {
        return resolver(settings).resolve(List.of(ModelSource.parse(source)));
    }

    /** The only source's own error, inside the one that lists all. */
    JavelinException refusal(String source, HubSettings settings) {
        JavelinException all = assertThrows(JavelinException.class, () -> resolve(source, settings));
        assertCode(ErrorCode.MODEL_UNAVAILABLE, all);
        if (all.getCause() instanceof JavelinException one) {
            return one;
        }
        throw new AssertionError("no cause", all);
    }

    JavelinException refusal(String source) {
        return refusal(source, settings(hub.endpoint(), null, false));
    }

    static void assertCode(ErrorCode code, JavelinException e) {
        if (e.code() != code) {
            throw new AssertionError("expected " + code + " but was " + e.code(), e);
        }
    }
}
