package dev.javelin.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.Weight;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.WeightKey;
import dev.javelin.model.WeightRole;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound safetensors files, and one lie at a time. */
class SafetensorsFileTest {
    private static final float[] VALUES = {1, -2, 0.5f, 3, -0.25f, 7};

    @TempDir
    private Path folder;

    @Test
    void everyFloatingTypeGivesItsWeights() {
        for (SafetensorsType type :
                List.of(SafetensorsType.F64, SafetensorsType.F32, SafetensorsType.F16, SafetensorsType.BF16)) {
            for (int padding = 0; padding < 3; padding++) { // alignments of all kinds
                Path path = new SafetensorsWriter()
                        .floats("w", type, new long[] {2, 3}, VALUES)
                        .padding(padding)
                        .write(folder.resolve("m.safetensors"));
                try (SafetensorsFile file = SafetensorsFile.open(path);
                        Arena arena = Arena.ofConfined()) {
                    SafetensorsTensor tensor = file.tensors().getFirst();
                    assertThat(tensor.shape()).containsExactly(2L, 3L);
                    assertThat(tensor.rowCount()).isEqualTo(2);
                    assertThat(tensor.columnCount()).isEqualTo(3);
                    assertThat(tensor.byteCount()).isEqualTo(6L * type.bits() / 8);
                    WeightFormat format = tensor.requireFormat();
                    assertThat(format.name()).isEqualTo(type == SafetensorsType.F64 ? "F32" : type.name());
                    Weight weight =
                            new Weight(WeightKey.of(WeightRole.LM_HEAD), 2, 3, format, tensor.weightData(arena));
                    assertThat(Dequantizer.row(weight, 0)).containsExactly(1, -2, 0.5f);
                    assertThat(Dequantizer.row(weight, 1)).containsExactly(3, -0.25f, 7);
                }
            }
        }
    }

    @Test
    void everyTypeIsDescribedAndIntegersAreRefusedWhereWeightsAreWanted() {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (SafetensorsType type : SafetensorsType.values()) {
            writer.tensor(type.name(), type.name(), new long[] {2, 4}, new byte[type.bits()]);
        }
        writer.tensor("scalar", "I64", new long[] {}, new byte[8]);
        writer.tensor("empty", "F32", new long[] {3, 0}, new byte[0]);
        try (SafetensorsFile file = SafetensorsFile.open(writer.write(folder.resolve("all.safetensors")))) {
            assertThat(file.tensors()).hasSize(SafetensorsType.values().length + 2);
            for (SafetensorsTensor tensor : file.tensors()) {
                assertThat(tensor.data().isReadOnly()).isTrue();
                assertThat(tensor.rowCount()).isGreaterThanOrEqualTo(0);
                if (tensor.type().tryFormat().isEmpty()) {
                    assertThatExceptionOfType(JavelinException.class)
                            .isThrownBy(tensor::requireFormat)
                            .withMessageContainingAll(
                                    "all.safetensors",
                                    tensor.name(),
                                    tensor.type().name(),
                                    "F64, F32, F16, BF16")
                            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNSUPPORTED));
                }
            }
        }
    }

    @Test
    void filesBeyondTwoGigabytesAreMappedWhole() throws IOException {
        long big = 2_400_000_000L;
        String header = "{\"big\":{\"dtype\":\"F32\",\"shape\":[600000000],\"data_offsets\":[0," + big + "]},"
                + "\"last\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + big + "," + (big + 4) + "]}}";
        Path path = Files.write(folder.resolve("big.safetensors"), SafetensorsWriter.file(header, new byte[0]));
        long headerBytes = Files.size(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer last =
                    ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, 42);
            channel.write(last, headerBytes + big); // the rest stays a hole
        }
        SafetensorsTensor last;
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            last = file.tensors().getLast();
            assertThat(last.name()).isEqualTo("last");
            assertThat(last.data().get(ValueLayout.JAVA_FLOAT_UNALIGNED, 0)).isEqualTo(42);
            assertThat(file.tensors().getFirst().byteCount()).isEqualTo(big);
            assertThat(file.fileBytes()).isEqualTo(headerBytes + big + 4);
        }
        assertThatThrownBy(() -> last.data().get(ValueLayout.JAVA_BYTE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void lengthsThatLieAreRefused() {
        corrupt(new byte[7], "7 bytes long");
        for (long length : new long[] {0, 1, 3, 1L << 40, -1, Long.MIN_VALUE, 100_000_001}) {
            byte[] bytes = SafetensorsWriter.file("{}", new byte[0]);
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
            corrupt(bytes, "header length is " + Long.toUnsignedString(length));
        }
        corrupt(SafetensorsWriter.file(entry("F32", "[2]", "[0,8]"), new byte[7]), "the data is 7", "end at 8");
        corrupt(SafetensorsWriter.file(entry("F32", "[2]", "[0,8]"), new byte[9]), "the data is 9", "end at 8");
        corrupt(SafetensorsWriter.file("{}", new byte[1]), "the data is 1");
        assertThat(SafetensorsHeader.parse(segment(SafetensorsWriter.file("{}  ", new byte[0])), "x")
                        .tensors())
                .isEmpty();
    }

    @Test
    void whatIsNoHeaderIsRefused() {
        refused("[]", "first byte of the header");
        refused(" {}", "first byte of the header");
        refused("{ ", "no JSON");
        refused("{}{}", "followed by");
        refused("{} x", "no JSON");
        refused("{\"a\":1}", "tensor a is VALUE_NUMBER_INT");
        refused("{\"a\":null}", "tensor a");
        refused("{\"__metadata__\":[]}", "__metadata__");
        refused("{\"__metadata__\":{\"a\":1}}", "__metadata__.a");
        refused("{\"a\":{}}", "tensor a is described without dtype");
        refused("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", "without data_offsets");
        refused("{\"a\":{\"dtype\":\"F32\",\"x\":1}}", "described with x");
        refused("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", "no JSON", "dtype");
        corrupt(SafetensorsWriter.file("{\u0000}\u0000", new byte[0]), "no JSON"); // UTF-16
        byte[] broken = SafetensorsWriter.file("{\"a\":1}", new byte[0]);
        broken[10] = (byte) 0xFF;
        corrupt(broken, "no valid UTF-8");
    }

    @Test
    void shapesTypesAndRangesMustAgree() {
        refused(entry("F32", "[2]", "[0,7]"), "shape of tensor a is [2]", "64 bits", "7 bytes");
        refused(entry("F32", "[2]", "[8,0]"), "data_offsets of tensor a is [8, 0]");
        refused(entry("F32", "[2]", "[0,4,8]"), "data_offsets of tensor a");
        refused(entry("F32", "[2]", "[0]"), "data_offsets of tensor a");
        refused(entry("F32", "[-1]", "[0,8]"), "shape of tensor a", "negative");
        refused(entry("F32", "[2.0]", "[0,8]"), "shape of tensor a is VALUE_NUMBER_FLOAT");
        refused(entry("F32", "[\"2\"]", "[0,8]"), "shape of tensor a is VALUE_STRING");
        refused(entry("F32", "2", "[0,8]"), "shape of tensor a is VALUE_NUMBER_INT");
        refused(entry("F32", "[4294967296,4294967296]", "[0,8]"), "more than 2^63 bits");
        refused(entry("F32", "[99999999999999999999]", "[0,8]"), "no JSON");
        refused(entry("F32", "[" + "9".repeat(400) + "]", "[0,8]"), "no JSON");
        refused(entry("F32", "[9223372036854775807]", "[0,8]"), "more than 2^63 bits");
        refused(entry("F4", "[3]", "[0,1]"), "12 bits");
        refused(entry("F32", "[" + "1,".repeat(33) + "2]", "[0,8]"), "at most 32 numbers");
        refused(entry("F32", "[[2]]", "[0,8]"), "nesting depth");
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> parse(entry("F128", "[2]", "[0,8]")))
                .withMessageContainingAll("tensor a", "F128")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNSUPPORTED));
    }

    @Test
    void rangesFillTheDataWithoutOverlapOrHole() {
        refused(two("[0,8]", "[4,12]"), "data_offsets of tensor b is [4, 12]", "overlaps");
        refused(two("[0,8]", "[0,8]"), "data_offsets of tensor b is [0, 8]", "overlaps");
        refused(two("[0,8]", "[12,20]"), "data_offsets of tensor b is [12, 20]", "nothing describes the bytes from 8");
        refused(two("[8,16]", "[16,24]"), "data_offsets of tensor a is [8, 16]", "from 0 on");
        refused(two("[0,8]", "[8,16]").replace("\"b\"", "\"a\""), "no JSON");
        assertThat(parse(two("[8,16]", "[0,8]"), 16).tensors().stream().map(SafetensorsTensor::name))
                .containsExactly("b", "a");
    }

    @Test
    void longAndHostileNamesNeitherFillNorGarbleMessages() {
        refused("{\"" + "n".repeat(5000) + "\":{}}", "no JSON");
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> parse("{\"" + "n".repeat(4000) + "\\u001b[31m\":{}}"))
                .satisfies(e -> {
                    assertThat(e.reason()).hasSizeLessThan(300);
                    assertThat(e.reason().chars().noneMatch(Character::isISOControl))
                            .isTrue();
                });
    }

    @Test
    void missingFilesAreUnavailable() {
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> SafetensorsFile.open(folder.resolve("none.safetensors")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_UNAVAILABLE));
    }

    private static String entry(String type, String shape, String offsets) {
        return "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}";
    }

    private static String two(String first, String second) {
        return "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":" + first + "},"
                + "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":" + second + "}}";
    }

    private static MemorySegment segment(byte[] bytes) {
        return MemorySegment.ofArray(bytes);
    }

    private static SafetensorsHeader parse(String header) {
        return parse(header, 8);
    }

    private static SafetensorsHeader parse(String header, int dataBytes) {
        return SafetensorsHeader.parse(segment(SafetensorsWriter.file(header, new byte[dataBytes])), "m.safetensors");
    }

    private static void refused(String header, String... parts) {
        corrupt(SafetensorsWriter.file(header, new byte[16]), parts);
    }

    private static void corrupt(byte[] file, String... parts) {
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(() -> SafetensorsHeader.parse(segment(file), "m.safetensors"))
                .withMessageContaining("m.safetensors: ")
                .withMessageContainingAll(parts)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.MODEL_CORRUPT));
    }
}
