package dev.javelin.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.WeightFormat;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufFileTest {
    @TempDir
    private Path folder;

    @Test
    void returnsWhatWasWritten() {
        float[] matrix = new float[64];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = i - 20;
        }
        GgufWriter writer = new GgufWriter()
                .metadata("a.text", "näïve 🦙")
                .metadata("a.flag", true)
                .metadata("a.int", 7)
                .metadata("a.negative", -7)
                .metadata("a.long", 1L << 40)
                .metadata("a.float", 1e-5f)
                .metadata("a.double", 0.1)
                .metadata("a.texts", List.of("x", "", "yz"))
                .metadata("a.ints", List.of(1, -2, 3))
                .metadata("a.floats", List.of(0.5f, -1f))
                .metadata("a.flags", List.of(true, false))
                .metadata("a.lists", List.of(List.of(1, 2), List.of(3)))
                .metadata("a.nothing", List.of())
                .vector("norm", 1, 2, 3)
                .matrix("weight", WeightFormat.F16, 2, 32, matrix)
                .tensor("cube", WeightFormat.F32, new long[] {2, 3, 4}, new float[24]);
        try (GgufFile file = GgufFile.open(writer.write(folder.resolve("model.gguf")))) {
            GgufMetadata metadata = file.metadata();
            assertThat(metadata.requireString("a.text")).isEqualTo("näïve 🦙");
            assertThat(metadata.requireBoolean("a.flag")).isTrue();
            assertThat(metadata.requireInt("a.int")).isEqualTo(7);
            assertThat(metadata.requireInt("a.negative")).isEqualTo(-7);
            assertThat(metadata.requireLong("a.long")).isEqualTo(1L << 40);
            assertThat(metadata.requireFloat("a.float")).isEqualTo(1e-5f);
            assertThat(metadata.requireFloat("a.double")).isEqualTo(0.1f);
            assertThat(metadata.requireFloat("a.int")).isEqualTo(7f);
            assertThat(metadata.requireStrings("a.texts")).containsExactly("x", "", "yz");
            assertThat(metadata.requireInts("a.ints")).containsExactly(1, -2, 3);
            assertThat(metadata.requireFloats("a.floats")).containsExactly(0.5f, -1f);
            assertThat(metadata.findBooleans("a.flags")).contains(List.of(true, false));
            assertThat(metadata.requireStrings("a.nothing")).isEmpty();
            assertThat(metadata.findInt("b")).isEmpty();
            assertThat(metadata.contains("a.lists")).isTrue();
            assertThat(metadata.keys()).hasSize(13).startsWith("a.text").endsWith("a.nothing");

            assertThat(file.version()).isEqualTo(3);
            assertThat(file.tensors()).extracting(GgufTensor::name).containsExactly("norm", "weight", "cube");
            GgufTensor weight = file.tryTensor("weight").orElseThrow();
            assertThat(weight.dims()).containsExactly(32L, 2L);
            assertThat(weight.shape()).containsExactly(2L, 32L);
            assertThat(weight.rowCount()).isEqualTo(2);
            assertThat(weight.columnCount()).isEqualTo(32);
            assertThat(weight.byteCount()).isEqualTo(128);
            assertThat(weight.offsetBytes() % 32).isZero();
            assertThat(weight.toFloats()).isEqualTo(matrix);
            assertThat(weight.data().isReadOnly()).isTrue();
            assertThat(file.tryTensor("cube").orElseThrow().rowCount()).isEqualTo(12);
            assertThat(file.tryTensor("norm").orElseThrow().toFloats()).containsExactly(1, 2, 3);
            assertThat(file.tryTensor("other")).isEmpty();
        }
    }

    @Test
    void closesOnceAndForAll() {
        GgufFile file = GgufFile.open(new GgufWriter().vector("v", 1, 2).write(folder.resolve("m.gguf")));
        GgufTensor tensor = file.tryTensor("v").orElseThrow();
        file.close();
        file.close();
        assertThatIllegalStateException().isThrownBy(tensor::toFloats);
    }

    @Test
    void mapsBeyondTwoGigabytes() throws IOException {
        // A sparse file: 3 GB long, a few KB on disk.
        long columns = 1 << 20;
        long bytes = 700L * columns * 4;
        byte[] header = new GgufWriter()
                .rawEntry("first", GgmlType.F32.id(), 0, columns, 700)
                .rawEntry("last", GgmlType.F32.id(), bytes, 4)
                .toBytes();
        Path path = folder.resolve("large.gguf");
        Files.write(path, header);
        try (var channel = Files.newByteChannel(path, StandardOpenOption.WRITE)) {
            channel.position(header.length + bytes + 12);
            channel.write(ByteBuffer.wrap(new byte[] {0, 0, (byte) 0x80, 0x3F}));
        }
        try (GgufFile file = GgufFile.open(path)) {
            assertThat(file.fileBytes()).isEqualTo(header.length + bytes + 16).isGreaterThan(Integer.MAX_VALUE);
            assertThat(file.tryTensor("last").orElseThrow().toFloats()).containsExactly(0, 0, 0, 1);
            assertThat(file.tryTensor("first").orElseThrow().data().get(ValueLayout.JAVA_BYTE, bytes - 1))
                    .isZero();
        }
    }

    @Test
    void describesTypesItCannotReadAndRefusesThemByName() {
        GgufWriter writer =
                new GgufWriter().rawTensor("blk.0.ffn_up.weight", GgmlType.Q4_K.id(), new long[] {256}, new byte[144]);
        try (GgufFile file = GgufFile.open(writer.write(folder.resolve("k.gguf")))) {
            GgufTensor tensor = file.tryTensor("blk.0.ffn_up.weight").orElseThrow();
            assertThat(tensor.type()).isEqualTo(GgmlType.Q4_K);
            assertThat(tensor.byteCount()).isEqualTo(144);
            assertThatExceptionOfType(JavelinException.class)
                    .isThrownBy(tensor::requireFormat)
                    .withMessageContainingAll("blk.0.ffn_up.weight", "Q4_K", "Q4_0")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNSUPPORTED));
        }
    }

    @Test
    void missingFilesAndFoldersAreUnavailable() {
        for (Path path : List.of(folder.resolve("none.gguf"), folder)) {
            assertThatThrownBy(() -> GgufFile.open(path))
                    .isInstanceOfSatisfying(
                            JavelinException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));
        }
    }

    @Test
    void typedKeysNameWhatIsWrong() {
        GgufWriter writer = new GgufWriter()
                .metadata("text", "x")
                .metadata("huge", 1L << 40)
                .metadata("nan", Float.NaN)
                .metadata("floats", List.of(1f, Float.POSITIVE_INFINITY))
                .metadata("longs", List.of(1L << 40));
        try (GgufFile file = GgufFile.open(writer.write(folder.resolve("m.gguf")))) {
            GgufMetadata metadata = file.metadata();
            assertCorrupt(() -> metadata.requireString("gone"), "gone", "missing");
            assertCorrupt(() -> metadata.requireInt("text"), "text", "a string", "an integer");
            assertCorrupt(() -> metadata.findFloat("text"), "text", "a string", "a float");
            assertCorrupt(() -> metadata.requireInt("huge"), "huge", "1099511627776");
            assertCorrupt(() -> metadata.requireFloat("nan"), "nan", "NaN", "finite");
            assertCorrupt(() -> metadata.requireFloats("floats"), "floats", "Infinity");
            assertCorrupt(() -> metadata.requireInts("longs"), "longs", "1099511627776");
            assertCorrupt(() -> metadata.requireStrings("longs"), "longs", "a list of integers", "a list of strings");
        }
    }

    private static void assertCorrupt(Runnable action, String... parts) {
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(action::run)
                .withMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_CORRUPT));
    }
}
