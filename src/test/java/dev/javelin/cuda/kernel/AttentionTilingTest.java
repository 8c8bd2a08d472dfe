package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.cuda.driver.DeviceProperties;
import org.junit.jupiter.api.Test;

class AttentionTilingTest {
    private static final DeviceProperties H100 = card("H100", 9, 0, 132, 227, 228);
    private static final DeviceProperties A100 = card("A100", 8, 0, 108, 163, 164);
    private static final DeviceProperties L4 = card("L4", 8, 9, 58, 99, 100);

    @Test
    void everyShapeFitsEveryCard() {
        for (DeviceProperties card : new DeviceProperties[] {H100, A100, L4}) {
            for (int headDim : new int[] {64, 80, 96, 128, 256}) {
                for (int groupHeads : new int[] {1, 4, 7, 8, 16, 17, 71}) {
                    AttentionShape shape = shape(groupHeads, 1, headDim);
                    PrefillTiling prefill = PrefillTiling.choose(shape, card);
                    DecodeTiling decode = DecodeTiling.choose(shape, card);
                    assertTrue(prefill.sharedBytes(shape) <= card.sharedBytesPerBlock(), card + " " + shape);
                    assertTrue(decode.sharedBytes(shape) <= card.sharedBytesPerBlock(), card + " " + shape);
                    assertTrue(prefill.tileTokens(shape) > 0, card + " " + shape);
                }
            }
        }
    }

    @Test
    void twoBlocksShareAMultiprocessorWhereTheyFit() {
        AttentionShape llama = shape(32, 8, 128);
        assertEquals(new PrefillTiling(4, 2, 64, 2, 2), PrefillTiling.choose(llama, H100));
        assertEquals(new PrefillTiling(4, 2, 32, 2, 2), PrefillTiling.choose(llama, A100));
        assertEquals(new PrefillTiling(4, 2, 32, 2, 1), PrefillTiling.choose(llama, L4));
        assertEquals(new DecodeTiling(4, 3, 2), DecodeTiling.choose(llama, H100));
        assertEquals(new DecodeTiling(4, 2, 2), DecodeTiling.choose(llama, A100));
        assertEquals(new DecodeTiling(4, 2, 1), DecodeTiling.choose(llama, L4));
    }

    @Test
    void tokensOfATileTimesHeadsOfAPackFillItsRows() {
        assertEquals(32, PrefillTiling.choose(shape(32, 8, 128), H100).tileTokens(shape(32, 8, 128)));
        assertEquals(18, PrefillTiling.choose(shape(28, 4, 128), H100).tileTokens(shape(28, 4, 128)));
        assertEquals(128, PrefillTiling.choose(shape(8, 8, 64), H100).tileTokens(shape(8, 8, 64)));
    }

    @Test
    void headsBeyondSixteenAreSplitIntoEvenPacks() {
        assertEquals(15, shape(71, 1, 64).packHeadCount());
        assertEquals(5, shape(71, 1, 64).packCount());
        assertEquals(16, shape(32, 2, 64).packHeadCount());
    }

    @Test
    void refusesWhatNoKernelIsWrittenFor() {
        assertThrows(IllegalArgumentException.class, () -> shape(32, 8, 72));
        assertThrows(IllegalArgumentException.class, () -> shape(30, 8, 64));
        assertThrows(IllegalArgumentException.class, () -> new AttentionShape(8, 8, 64, 0, 0, 16));
        assertThrows(IllegalArgumentException.class, () -> new AttentionShape(8, 8, 64, 1, 0, 32));
    }

    private static AttentionShape shape(int headCount, int kvHeadCount, int headDim) {
        return new AttentionShape(headCount, kvHeadCount, headDim, 1, 0, 16);
    }

    private static DeviceProperties card(
            String name, int major, int minor, int multiprocessors, int blockKilobytes, int allKilobytes) {
        return new DeviceProperties(
                name,
                major,
                minor,
                multiprocessors,
                80L << 30,
                50L << 20,
                blockKilobytes << 10,
                allKilobytes << 10,
                1_980_000,
                13_000,
                13_000);
    }
}
