package dev.javelin.model.hub;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.FakeHub.Fault;
import dev.javelin.model.hub.FakeHub.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Repositories that hold a Hugging Face folder: what is fetched, in which order, and what the cache gives later. */
class HubFolderTest extends HubFixture {
    private static final String SOURCE = "hf:acme/tiny";
    private static final String REPOSITORY = "acme/tiny";
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";
    private static final String INDEX = "model.safetensors.index.json";
    private static final URI NOWHERE = URI.create("http://no-such-host.invalid");

    @BeforeEach
    void fill() {
        put("config.json", "{}");
        put("generation_config.json", "{\"a\":1}");
        put("tokenizer.json", "{\"b\":1}");
        put("tokenizer_config.json", "{\"c\":1}");
        put("chat_template.jinja", "template");
        put("README.md", "not needed");
        put("original/consolidated.safetensors", "nor this");
        put("pytorch_model.bin", "nor this one");
        put(INDEX, "{\"weight_map\":{\"x\":\"" + SECOND + "\",\"y\":\"" + FIRST + "\"}}");
        hub.put(REPOSITORY, FIRST, bytes(1, 5000));
        hub.put(REPOSITORY, SECOND, bytes(2, 6000));
    }

    @Test
    void everythingThatIsReadIsFetchedAndNothingElse() throws IOException {
        ResolvedModel model = resolve(SOURCE);
        assertEquals(
                List.of(
                        "config.json",
                        "generation_config.json",
                        "tokenizer.json",
                        "tokenizer_config.json",
                        "chat_template.jinja",
                        INDEX,
                        FIRST,
                        SECOND),
                names(model));
        assertTrue(model.isFolder());
        assertFalse(model.cached());
        assertEquals("tiny", model.displayName());
        assertEquals(hub.commit(), model.commit());
        Path folder = model.location();
        assertEquals(hub.commit(), folder.getFileName().toString());
        assertArrayEquals(bytes(2, 6000), Files.readAllBytes(folder.resolve(SECOND)));
        assertEquals("template", Files.readString(folder.resolve("chat_template.jinja")));
        assertEquals(FakeHub.sha256(bytes(1, 5000)), model.files().get(6).sha256());
        assertEquals(
                hub.commit(),
                Files.readString(cache().resolve("models--acme--tiny/refs/main")),
                "remembered at the end");
        assertTrue(hub.seen().stream()
                .map(Seen::path)
                .noneMatch(path -> path.contains("README") || path.contains("original") || path.contains("pytorch")));
    }

    @Test
    void theSecondTimeNothingIsDownloaded() {
        resolve(SOURCE);
        int content = hub.seen("content").size();
        ResolvedModel again = resolve(SOURCE);
        assertTrue(again.cached());
        assertEquals(content, hub.seen("content").size());
        assertEquals(8, again.files().size());
    }

    @Test
    void theCacheAloneGivesAWholeModelOrNone() throws IOException {
        ResolvedModel online = resolve(SOURCE);
        ResolvedModel offline = resolve(SOURCE, settings(NOWHERE, null, true));
        assertEquals(online.files(), offline.files());
        assertEquals(
                online.files(), resolve(SOURCE, settings(NOWHERE, null, false)).files());
        Files.delete(online.location().resolve(SECOND));
        JavelinException e = refusal(SOURCE, settings(NOWHERE, null, true));
        assertTrue(e.reason().contains("not complete"), e.reason());
        Files.delete(online.location().resolve(INDEX));
        assertTrue(refusal(SOURCE, settings(NOWHERE, null, true)).reason().contains("not complete"), "one shard left");
    }

    @Test
    void anInterruptedDownloadGoesOnWhereItStopped() {
        hub.failContent(new Fault.None(), new Fault.Truncate(100), new Fault.Status(404, Map.of()));
        refusal(SOURCE);
        ResolvedModel model = resolve(SOURCE);
        assertEquals(8, model.files().size());
        assertEquals(
                1,
                hub.seen("content").stream()
                        .filter(s -> s.path().endsWith(FIRST))
                        .count());
    }

    @Test
    void oneFileNeedsNoIndex() {
        hub.put("acme/one", "config.json", "{}".getBytes(StandardCharsets.UTF_8));
        hub.put("acme/one", "model.safetensors", bytes(4, 3000));
        hub.put("acme/one", "one-Q8_0.gguf", bytes(5, 3000));
        assertEquals(List.of("config.json", "model.safetensors"), names(resolve("hf:acme/one")));
        assertEquals(List.of("one-Q8_0.gguf"), names(resolve("hf:acme/one/one-Q8_0.gguf")));
    }

    @Test
    void withoutSafetensorsAGgufFileIsChosenAsEver() {
        hub.put("acme/gguf", "config.json", "{}".getBytes(StandardCharsets.UTF_8));
        hub.put("acme/gguf", "gguf-Q8_0.gguf", bytes(5, 3000));
        ResolvedModel model = resolve("hf:acme/gguf");
        assertEquals(List.of("gguf-Q8_0.gguf"), names(model));
        assertEquals("gguf-Q8_0.gguf", model.displayName());
    }

    @Test
    void anIndexThatNamesWhatIsNotThereIsRefused() {
        put(INDEX, "{\"weight_map\":{\"x\":\"model-00003-of-00002.safetensors\"}}");
        JavelinException e = refusal(SOURCE);
        assertEquals(ErrorCode.MODEL_UNAVAILABLE, e.code());
        assertTrue(e.reason().contains("model-00003-of-00002.safetensors"), e.reason());
        String outside = "{\"weight_map\":{\"x\":\"../../refs/main.safetensors\"}}";
        hub.put("acme/evil", "config.json", "{}".getBytes(StandardCharsets.UTF_8));
        hub.put("acme/evil", INDEX, outside.getBytes(StandardCharsets.UTF_8));
        hub.put("acme/evil", FIRST, bytes(6, 3000));
        assertEquals(ErrorCode.MODEL_CORRUPT, refusal("hf:acme/evil").code());
    }

    @Test
    void aLocalFolderIsTheSameModel() throws IOException {
        ResolvedModel model = resolve(SOURCE);
        Path copy = Files.createDirectory(directory.resolve("My-Model"));
        for (ResolvedModel.File file : model.files()) {
            Files.copy(file.path(), copy.resolve(file.name()));
        }
        ResolvedModel local = resolve(copy.toString());
        assertEquals(names(model), names(local));
        assertEquals("My-Model", local.displayName());
        assertEquals(copy, local.location());
        Files.delete(copy.resolve(FIRST));
        assertTrue(refusal(copy.toString()).reason().contains(FIRST));
    }

    private static List<String> names(ResolvedModel model) {
        return model.files().stream().map(ResolvedModel.File::name).toList();
    }

    private void put(String file, String text) {
        hub.put(REPOSITORY, file, text.getBytes(StandardCharsets.UTF_8));
    }
}
