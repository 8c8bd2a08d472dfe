package dev.javelin.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.WeightFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged headers by the ten thousand: each is refused with a typed error or gives a directory that holds together. */
class GgufFuzzTest {
    private static final long SEED = 20_251_122;
    private static final int ROUNDS = 40_000;
    private static final long[] NASTY = {
        0,
        1,
        7,
        8,
        31,
        32,
        255,
        65536,
        Integer.MAX_VALUE,
        1L << 31,
        0xFFFFFFFFL,
        1L << 32,
        1L << 61,
        Long.MAX_VALUE,
        -1,
        -32
    };

    @Test
    void damagedHeadersAreRefusedOrSound() {
        byte[] whole = sample();
        int refused = 0;
        int sound = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = damage(whole, new Random(SEED + round));
            try {
                GgufHeader header = GgufHeader.parse(MemorySegment.ofArray(damaged), "fuzz.gguf");
                assertSound(header, damaged.length);
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
        return new GgufWriter()
                .metadata("general.architecture", "llama")
                .metadata("general.alignment", 32)
                .metadata("llama.block_count", 2)
                .metadata("llama.rope.freq_base", 10000f)
                .metadata("tokenizer.ggml.tokens", List.of("<s>", "a", "bc", "🦙"))
                .metadata("tokenizer.ggml.scores", List.of(0f, -1f, -2f, -3f))
                .metadata("tokenizer.ggml.token_type", List.of(3, 1, 1, 1))
                .metadata("nested", List.of(List.of("x"), List.of("y", "z")))
                .metadata("flags", List.of(true, false))
                .metadata("long", 1L << 50)
                .vector("output_norm.weight", new float[32])
                .matrix("token_embd.weight", WeightFormat.Q8_0, 4, 32, new float[128])
                .matrix("blk.0.attn_q.weight", WeightFormat.Q4_1, 2, 64, new float[128])
                .tensor("cube", WeightFormat.BF16, new long[] {4, 3, 2}, new float[24])
                .toBytes();
    }

    private static byte[] damage(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int headerBytes = whole.length * 2 / 3;
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(Math.min(headerBytes, bytes.length - 8));
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> buffer.putInt(at, (int) NASTY[random.nextInt(NASTY.length)]);
                case 3 -> buffer.putLong(at, NASTY[random.nextInt(NASTY.length)]);
                case 4 -> buffer.putLong(at, buffer.getLong(at) + random.nextInt(-3, 4));
                case 5 -> bytes = Arrays.copyOf(bytes, random.nextInt(16, bytes.length + 1));
                default -> bytes = spliced(bytes, at, random);
            }
        }
        return bytes;
    }

    /** Cuts bytes out, or doubles some, so that everything behind is read at the wrong place. */
    private static byte[] spliced(byte[] bytes, int at, Random random) {
        int from = Math.max(16, Math.min(bytes.length, at + random.nextInt(-16, 17)));
        int target = Math.max(16, at);
        byte[] result = Arrays.copyOf(bytes, Math.max(16, target + bytes.length - from));
        System.arraycopy(bytes, from, result, target, Math.min(bytes.length - from, result.length - target));
        return result;
    }

    private static void assertSound(GgufHeader header, long fileBytes) {
        long[][] ranges = header.tensors().stream()
                .map(tensor -> new long[] {tensor.offsetBytes(), tensor.offsetBytes() + tensor.byteCount()})
                .sorted((a, b) -> Long.compare(a[0], b[0]))
                .toArray(long[][]::new);
        long end = 0;
        for (long[] range : ranges) {
            assertThat(range[0]).isGreaterThanOrEqualTo(end);
            end = range[1];
        }
        assertThat(end).isLessThanOrEqualTo(fileBytes);
        for (GgufTensor tensor : header.tensors()) {
            assertThat(tensor.byteCount()).isEqualTo(tensor.type().bytesOf(tensor.elementCount()));
            if (tensor.type().tryFormat().isPresent()) {
                assertThat(tensor.toFloats()).hasSize((int) tensor.elementCount());
            }
        }
    }
}
