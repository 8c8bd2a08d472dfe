package dev.javelin.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged headers by the ten thousand: each is refused with a typed error or gives tensors that hold together. */
class SafetensorsFuzzTest {
    private static final long SEED = 20_251_125;
    private static final int ROUNDS = 40_000;
    private static final long[] NASTY = {0, 1, 2, 7, 8, 255, 65536, Integer.MAX_VALUE, 1L << 32, Long.MAX_VALUE, -1};
    private static final String[] TOKENS = {
        "0",
        "-1",
        "1e9",
        "9223372036854775807",
        "18446744073709551616",
        "null",
        "[]",
        "{}",
        "\"\"",
        "\"F32\"",
        "\"I8\"",
        "[[",
        "}}",
        ",",
        ":",
        "\"shape\"",
        "\"dtype\"",
        "\"data_offsets\"",
        "\\u0000",
        "true",
        " "
    };

    @Test
    void damagedHeadersAreRefusedOrSound() {
        byte[] whole = sample();
        int refused = 0;
        int sound = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damage(whole, new Random(SEED + round));
            try {
                assertSound(SafetensorsHeader.parse(MemorySegment.ofArray(damaged), "fuzz"), damaged.length);
                sound++;
            } catch (JavelinException e) {
                assertThat(e.code())
                        .as("round %d of seed %d: %s", round, SEED, e.reason())
                        .isIn(ErrorCode.MODEL_CORRUPT, ErrorCode.MODEL_UNSUPPORTED);
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("round " + round + " of seed " + SEED, e);
            }
        }
        // Both must happen often, or the damage is too coarse or too fine to test anything.
        assertThat(refused).isGreaterThan(ROUNDS / 4);
        assertThat(sound).isGreaterThan(ROUNDS / 50);
    }

    private static byte[] sample() {
        return new SafetensorsWriter()
                .floats("model.norm.weight", SafetensorsType.F32, new long[] {4}, 1, 2, 3, 4)
                .floats("model.embed_tokens.weight", SafetensorsType.BF16, new long[] {3, 2}, 1, 2, 3, 4, 5, 6)
                .floats("double", SafetensorsType.F64, new long[] {2, 1}, 1, 2)
                .tensor("ids", "I64", new long[] {1}, new byte[8])
                .tensor("nothing", "F16", new long[] {0, 5}, new byte[0])
                .padding(5)
                .toBytes();
    }

    private static byte[] damage(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int headerEnd = Math.max(9, Math.min(bytes.length, whole.length - 60));
            int at = random.nextInt(8, headerEnd);
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) ('0' + random.nextInt(10));
                case 2 -> bytes[at] = (byte) random.nextInt();
                case 3 -> putLength(bytes, NASTY[random.nextInt(NASTY.length)]);
                case 4 -> putLength(bytes, whole.length - 60 + random.nextInt(-70, 70));
                case 5 -> bytes = Arrays.copyOf(bytes, random.nextInt(9, bytes.length + 9));
                default -> bytes = withToken(bytes, at, random);
            }
        }
        return bytes;
    }

    private static void putLength(byte[] bytes, long length) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    }

    /** Writes a token over some bytes of the header and corrects its length, so that what follows stays in place. */
    private static byte[] withToken(byte[] bytes, int at, Random random) {
        byte[] token = TOKENS[random.nextInt(TOKENS.length)].getBytes(StandardCharsets.UTF_8);
        int over = Math.min(random.nextInt(4), bytes.length - at);
        byte[] result = new byte[bytes.length + token.length - over];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(token, 0, result, at, token.length);
        System.arraycopy(bytes, at + over, result, at + token.length, bytes.length - at - over);
        long length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        putLength(result, length + token.length - over);
        return result;
    }

    private static void assertSound(SafetensorsHeader header, long fileBytes) {
        long total = 0;
        for (SafetensorsTensor tensor : header.tensors()) {
            assertThat(tensor.byteCount() * 8)
                    .isEqualTo(tensor.elementCount() * tensor.type().bits());
            total += tensor.byteCount();
            if (tensor.byteCount() > 0) {
                tensor.data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
            }
            assertThat(tensor.rowCount()).isGreaterThanOrEqualTo(0);
        }
        assertThat(total).isLessThanOrEqualTo(fileBytes);
    }
}
