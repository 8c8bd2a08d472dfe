package dev.javelin.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Each lie about a file, one by one, and the words that name it. */
class GgufHeaderTest {
    private static final int F32 = GgmlType.F32.id();
    private static final int TENSOR_COUNT_AT = 8;
    private static final int METADATA_COUNT_AT = 16;
    private static final int FIRST_KEY_AT = 24;

    @Test
    void acceptsAnEmptyFileOfVersionTwoAndThree() {
        assertThat(parse(new GgufWriter().toBytes()).tensors()).isEmpty();
        assertThat(parse(patched(new GgufWriter(), bytes -> bytes.putInt(4, 2))).version())
                .isEqualTo(2);
    }

    @Test
    void refusesOtherMagicVersionsAndByteOrders() {
        corrupt(patched(new GgufWriter(), bytes -> bytes.putInt(0, 0x67676A74)), "offset 0", "magic", "0x67676a74");
        unsupported(patched(new GgufWriter(), bytes -> bytes.putInt(4, 1)), "version 1");
        unsupported(patched(new GgufWriter(), bytes -> bytes.putInt(4, 4)), "version 4");
        unsupported(patched(new GgufWriter(), bytes -> bytes.putInt(4, 3 << 24)), "big-endian");
        corrupt(new byte[0], "offset 0", "magic", "file ends at 0");
    }

    @Test
    void refusesCountsThatTheFileCannotHold() {
        for (long count : new long[] {1, 1L << 31, 1L << 32, Long.MAX_VALUE, -1}) {
            String value = Long.toUnsignedString(count);
            corrupt(
                    patched(new GgufWriter(), bytes -> bytes.putLong(TENSOR_COUNT_AT, count)),
                    "offset 8",
                    "tensor count",
                    value);
            corrupt(
                    patched(new GgufWriter(), bytes -> bytes.putLong(METADATA_COUNT_AT, count)),
                    "offset 16",
                    "metadata count",
                    value);
        }
    }

    @Test
    void refusesLengthsThatTheFileCannotHold() {
        GgufWriter writer = new GgufWriter().metadata("k", List.of("a", "b"));
        int elementTypeAt = FIRST_KEY_AT + 8 + 1 + 4;
        int elementCountAt = elementTypeAt + 4;
        for (long length : new long[] {1000, 1L << 32, Long.MAX_VALUE, -1}) {
            String value = Long.toUnsignedString(length);
            corrupt(
                    patched(writer, bytes -> bytes.putLong(FIRST_KEY_AT, length)),
                    "offset 24",
                    "metadata key 0 length",
                    value);
            corrupt(
                    patched(writer, bytes -> bytes.putLong(elementCountAt, length)),
                    "offset " + elementCountAt,
                    "element count of metadata value of k",
                    value);
            corrupt(
                    patched(writer, bytes -> bytes.putLong(elementCountAt + 8, length)),
                    "offset " + (elementCountAt + 8),
                    "metadata value of k length",
                    value);
        }
        corrupt(patched(writer, bytes -> bytes.putInt(elementTypeAt, 13)), "element type of metadata value of k", "13");
        corrupt(patched(writer, bytes -> bytes.putInt(elementTypeAt - 4, -1)), "type of metadata value", "4294967295");
    }

    @Test
    void refusesDeepNesting() {
        Object value = List.of(1);
        for (int depth = 1; depth < 4; depth++) {
            value = List.of(value);
        }
        assertThat(parse(new GgufWriter().metadata("k", value).toBytes())
                        .metadata()
                        .contains("k"))
                .isTrue();
        corrupt(
                new GgufWriter().metadata("k", List.of(value)).toBytes(),
                "metadata value of k",
                "nested deeper than 4");
    }

    @Test
    void refusesDuplicates() {
        GgufWriter twoKeys = new GgufWriter().metadata("ka", true).metadata("kb", true);
        int secondKeyAt = FIRST_KEY_AT + 8 + 2 + 4 + 1;
        corrupt(
                patched(twoKeys, bytes -> bytes.put(secondKeyAt + 9, (byte) 'a')),
                "offset " + secondKeyAt,
                "metadata key 1",
                "ka");
        corrupt(new GgufWriter().vector("v", 1).vector("v", 2).toBytes(), "tensor name 1", "v");
    }

    @Test
    void refusesBadTextAndFlags() {
        GgufWriter writer = new GgufWriter().metadata("k", true);
        corrupt(patched(writer, bytes -> bytes.put(FIRST_KEY_AT + 8, (byte) 0xFF)), "offset 32", "UTF-8");
        corrupt(patched(writer, bytes -> bytes.put(FIRST_KEY_AT + 13, (byte) 2)), "offset 37", "value of k", "is 2");
    }

    @Test
    void refusesBadAlignments() {
        for (Object alignment : List.of(0, 4, 24, 33, -32, 1 << 21, 1L << 40, "32", 32f)) {
            corrupt(new GgufWriter().metadata("general.alignment", alignment).toBytes(), "general.alignment");
        }
        assertThat(parse(new GgufWriter()
                                .alignment(64)
                                .vector("a", 1)
                                .vector("b", 2)
                                .toBytes())
                        .tensors())
                .allMatch(tensor -> tensor.offsetBytes() % 64 == 0);
    }

    @Test
    void refusesBadShapes() {
        corrupt(new GgufWriter().rawEntry("t", F32, 0).toBytes(), "dim count of tensor t", "is 0");
        corrupt(new GgufWriter().rawEntry("t", F32, 0, 1, 1, 1, 1, 1).toBytes(), "dim count of tensor t", "is 5");
        corrupt(new GgufWriter().rawEntry("t", F32, 0, 4, 0).toBytes(), "dim 1 of tensor t", "is 0");
        corrupt(new GgufWriter().rawEntry("t", F32, 0, -1).toBytes(), "dim 0 of tensor t", "18446744073709551615");
        corrupt(new GgufWriter().rawEntry("t", F32, 0, 1L << 62, 4).toBytes(), "dims of tensor t", "overflows");
        corrupt(new GgufWriter().rawEntry("t", F32, 0, 1L << 62).toBytes(), "dims of tensor t", "overflows");
        corrupt(
                new GgufWriter().rawEntry("t", GgmlType.Q4_1.id(), 0, 33).toBytes(),
                "dims of tensor t",
                "multiple of 32");
    }

    @Test
    void refusesUnknownTypesByTheirId() {
        for (int id : new int[] {4, 5, 31, 36, 1000, -1}) {
            unsupported(new GgufWriter().rawEntry("t", id, 0, 32).toBytes(), "tensor t", Integer.toUnsignedString(id));
        }
    }

    @Test
    void refusesDataOutsideTheFileUnalignedOrShared() {
        byte[] packed = new byte[128];
        corrupt(
                new GgufWriter().rawTensor("t", F32, new long[] {33}, packed).toBytes(),
                "offset of tensor t",
                "132 bytes");
        for (long offset : new long[] {1L << 40, Long.MAX_VALUE - 31, -32, 31, 1}) {
            corrupt(
                    new GgufWriter()
                            .rawTensor("a", F32, new long[] {32}, packed)
                            .rawEntry("t", F32, offset, 1)
                            .toBytes(),
                    "offset of tensor t",
                    Long.toUnsignedString(offset));
        }
        corrupt(
                new GgufWriter()
                        .rawTensor("a", F32, new long[] {32}, packed)
                        .rawEntry("t", F32, 96, 8)
                        .toBytes(),
                "data of tensor t",
                "overlaps tensor a");
    }

    @Test
    void refusesEveryTruncation() {
        byte[] whole = new GgufWriter()
                .metadata("k", List.of("abc", "d"))
                .vector("a", 1, 2, 3)
                .vector("b", 4)
                .toBytes();
        for (int length = 0; length < whole.length; length++) {
            corrupt(Arrays.copyOf(whole, length), "offset");
        }
    }

    @Test
    void survivesHostileNames() {
        String name = "\u001b[2J\n" + "x".repeat(500);
        assertThatExceptionOfType(JavelinException.class)
                .isThrownBy(
                        () -> parse(new GgufWriter().rawEntry(name, F32, 1, 1).toBytes()))
                .satisfies(e ->
                        assertThat(e.reason()).doesNotContain("\n", "\u001b").hasSizeLessThan(400));
    }

    private static GgufHeader parse(byte[] file) {
        return GgufHeader.parse(MemorySegment.ofArray(file), "test.gguf");
    }

    private static byte[] patched(GgufWriter writer, Consumer<ByteBuffer> change) {
        byte[] bytes = writer.toBytes();
        change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
        return bytes;
    }

    private static void corrupt(byte[] file, String... parts) {
        refused(file, ErrorCode.MODEL_CORRUPT, parts);
    }

    private static void unsupported(byte[] file, String... parts) {
        refused(file, ErrorCode.MODEL_UNSUPPORTED, parts);
    }

    private static void refused(byte[] file, ErrorCode code, String... parts) {
        List<String> expected = new ArrayList<>(List.of(parts));
        expected.add("test.gguf");
        assertThatExceptionOfType(JavelinException.class)
                .as("%s", new String(file, StandardCharsets.ISO_8859_1))
                .isThrownBy(() -> parse(file))
                .withMessageContainingAll(expected.toArray(String[]::new))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }
}
