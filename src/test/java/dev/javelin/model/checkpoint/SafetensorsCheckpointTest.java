package dev.javelin.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders with one file or several, and indexes that lie. */
class SafetensorsCheckpointTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir
    private Path folder;

    @Test
    void shardsAreOneCheckpoint() {
        shard(FIRST, "a", "b");
        shard(SECOND, "c");
        index("{\"a\":\"" + FIRST + "\",\"c\":\"" + SECOND + "\",\"b\":\"" + FIRST + "\"}");
        try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(folder)) {
            assertThat(checkpoint.fileCount()).isEqualTo(2);
            assertThat(checkpoint.tensors().stream().map(SafetensorsTensor::name))
                    .containsExactly("a", "b", "c");
            assertThat(checkpoint.tryTensor("c").orElseThrow().source()).isEqualTo(SECOND);
            assertThat(checkpoint.tryTensor("d")).isEmpty();
            assertThat(checkpoint.source()).isEqualTo(folder.getFileName().toString());
            CheckpointSummary summary = CheckpointSummary.of(checkpoint);
            assertThat(summary.use(SafetensorsType.F32)).isEqualTo(new CheckpointSummary.TypeUse(3, 6, 24));
            assertThat(summary.fileBytes()).isEqualTo(checkpoint.fileBytes()).isGreaterThan(24);
        }
    }

    @Test
    void oneFileNeedsNoIndexAndMayHaveAnyName() throws IOException {
        shard("consolidated.safetensors", "x");
        assertThat(names()).containsExactly("x");
        shard("model.safetensors", "y");
        assertThat(names()).containsExactly("y");
        shard("other.safetensors", "z");
        assertThat(names()).containsExactly("y");
        Files.delete(folder.resolve("model.safetensors"));
        refused(ErrorCode.MODEL_UNAVAILABLE, "not exactly one");
    }

    @Test
    void indexesThatLieAreRefused() {
        shard(FIRST, "a");
        index("{\"a\":\"" + FIRST + "\",\"b\":\"" + SECOND + "\"}");
        refused(ErrorCode.MODEL_UNAVAILABLE, SECOND, "model.safetensors.index.json names");
        shard(SECOND, "c");
        refused(ErrorCode.MODEL_CORRUPT, "weight_map", "b in " + SECOND, "1 tensors");
        shard(SECOND, "a", "b");
        refused(ErrorCode.MODEL_CORRUPT, SECOND, "tensor a", FIRST + " has it too");
        shard(SECOND, "b");
        index("{\"a\":\"" + SECOND + "\",\"b\":\"" + FIRST + "\"}");
        refused(ErrorCode.MODEL_CORRUPT, "a in " + SECOND, "2 tensors");
    }

    @Test
    void namesInAnIndexStayInTheFolder() {
        for (String name : List.of(
                "../x.safetensors",
                "/etc/x.safetensors",
                "a/b.safetensors",
                "x.bin",
                ".x.safetensors",
                "",
                "..\\\\x.safetensors",
                "x\\u0000.safetensors")) {
            index("{\"a\":\"" + name + "\"}");
            refused(ErrorCode.MODEL_CORRUPT, "weight_map.a is \"", "must name a file");
        }
        index("{\"a\":7}");
        refused(ErrorCode.MODEL_CORRUPT, "weight_map.a is 7");
        index("{}");
        refused(ErrorCode.MODEL_CORRUPT, "weight_map is empty");
        index("[]");
        refused(ErrorCode.MODEL_CORRUPT, "weight_map is []", "an object");
        write(SafetensorsIndex.FILE_NAME, "{}");
        refused(ErrorCode.MODEL_CORRUPT, "weight_map is missing");
        write(SafetensorsIndex.FILE_NAME, "{");
        refused(ErrorCode.MODEL_CORRUPT, SafetensorsIndex.FILE_NAME, "no JSON");
        write(SafetensorsIndex.FILE_NAME, "[".repeat(1000));
        refused(ErrorCode.MODEL_CORRUPT, SafetensorsIndex.FILE_NAME, "depth");
    }

    private List<String> names() {
        try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(folder)) {
            return checkpoint.tensors().stream().map(SafetensorsTensor::name).toList();
        }
    }

    private void shard(String file, String... names) {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (String name : names) {
            writer.floats(name, SafetensorsType.F32, new long[] {2}, 1, 2);
        }
        writer.write(folder.resolve(file));
    }

    private void index(String map) {
        write(SafetensorsIndex.FILE_NAME, "{\"metadata\":{\"total_size\":1},\"weight_map\":" + map + "}");
    }

    private void write(String file, String text) {
        try {
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void refused(ErrorCode code, String... parts) {
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> SafetensorsCheckpoint.open(folder).close())
                .withMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
