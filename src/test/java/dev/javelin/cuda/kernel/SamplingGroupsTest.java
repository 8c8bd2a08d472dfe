package dev.javelin.cuda.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SamplingGroupsTest {
    private static final int H100_MULTIPROCESSORS = 132;

    /** Two blocks for their registers, fewer where shared memory does not suffice. */
    private static int blocks(int chunkTokens, int sharedBytes) {
        return Math.min(2, sharedBytes / (chunkTokens * Float.BYTES + 13_500));
    }

    private static SamplingGroups onH100(int rows, int vocabularyTokens) {
        return SamplingGroups.plan(rows, vocabularyTokens, H100_MULTIPROCESSORS, chunk -> blocks(chunk, 227 * 1024));
    }

    @Test
    void coversTheVocabularyWithBlocksThatAllFit() {
        long seed = 7;
        Random random = new Random(seed);
        for (int i = 0; i < 2000; i++) {
            int vocabulary = 1 + random.nextInt(random.nextBoolean() ? 1000 : 300_000);
            int rows = 1 + random.nextInt(512);
            int multiprocessors = 32 + random.nextInt(116);
            int sharedBytes = (100 + random.nextInt(128)) * 1024;
            SamplingGroups plan =
                    SamplingGroups.plan(rows, vocabulary, multiprocessors, chunk -> blocks(chunk, sharedBytes));
            String what = plan + " of " + vocabulary + " tokens, " + rows + " rows, seed " + seed;
            assertTrue((long) plan.groupBlocks() * plan.chunkTokens() >= vocabulary, what);
            assertTrue(plan.chunkTokens() % 4 == 0 && plan.chunkTokens() <= SamplingGroups.MAX_CHUNK_TOKENS, what);
            assertTrue(plan.groupBlocks() <= SamplingGroups.MAX_GROUP_BLOCKS, what);
            assertTrue(plan.groups() >= 1 && plan.groups() <= rows, what);
            int fitting = multiprocessors * blocks(plan.chunkTokens(), sharedBytes);
            assertTrue(plan.groups() * plan.groupBlocks() <= fitting, what);
        }
    }

    @Test
    void spreadsOneRowWideAndManyRowsNarrow() {
        assertEquals(1, onH100(1, 128_256).groups());
        assertTrue(onH100(1, 128_256).groupBlocks() >= 32);
        assertTrue(onH100(256, 128_256).groupBlocks() <= 12);
        assertEquals(1, onH100(4, 203).groupBlocks());
    }

    @Test
    void refusesAVocabularyThatNoDeviceHolds() {
        assertThrows(IllegalArgumentException.class, () -> onH100(1, 2_000_000));
    }
}
