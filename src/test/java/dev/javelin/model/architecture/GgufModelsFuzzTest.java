package dev.javelin.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole models with damaged headers, from real files: refused with a typed error, or every weight can be read. */
class GgufModelsFuzzTest {
    private static final long SEED = 20_251_122;
    private static final int ROUNDS = 800;
    private static final int[] NASTY = {0, 1, 2, 3, 7, 33, 65536, Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 0x7F800000};

    @TempDir
    private Path folder;

    @Test
    void damagedModelsAreRefusedOrWhole() throws IOException {
        byte[] whole = new TinyDecoder("llama")
                .key("rope.freq_base", 10000f)
                .key("rope.scaling.factor", 2f)
                .key("rope.dimension_count", 8)
                .key("attention.sliding_window", 12)
                .tensor("rope_freqs.weight", 4)
                .toWriter()
                .toBytes();
        Path path = folder.resolve("damaged.gguf");
        int headerBytes = 2400;
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Random random = new Random(SEED + round);
            byte[] damaged = whole.clone();
            ByteBuffer buffer = ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN);
            int at = random.nextInt(24, headerBytes);
            switch (random.nextInt(3)) {
                case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> buffer.putInt(at, NASTY[random.nextInt(NASTY.length)]);
                default -> damaged[at] = (byte) random.nextInt();
            }
            Files.write(path, damaged);
            refused += isRefused(path, round) ? 1 : 0;
        }
        assertThat(refused).isBetween(ROUNDS / 4, ROUNDS - ROUNDS / 100);
    }

    private static boolean isRefused(Path path, int round) {
        try (LoadedModel model = GgufModels.open(path)) {
            for (Weight weight : model.weights().all()) {
                assertThat(weight.data().byteSize())
                        .isEqualTo(weight.rows() * weight.format().rowBytes(weight.columns()));
            }
            double[] frequencies =
                    model.spec().layers().getFirst().attention().rotary().inverseFrequencies();
            assertThat(frequencies).as("round %d of seed %d", round, SEED).doesNotContain(Double.NaN);
            return false;
        } catch (JavelinException e) {
            assertThat(e.code())
                    .as("round %d of seed %d: %s", round, SEED, e.reason())
                    .isIn(ErrorCode.MODEL_CORRUPT, ErrorCode.MODEL_UNSUPPORTED);
            return true;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("round " + round + " of seed " + SEED, e);
        }
    }
}
