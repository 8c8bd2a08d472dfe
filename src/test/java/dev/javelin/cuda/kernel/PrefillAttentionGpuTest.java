package dev.javelin.cuda.kernel;

import dev.javelin.cuda.kernel.AttentionStep.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class PrefillAttentionGpuTest {
    private static final long ARENA_BYTES = 1L << 30;
    private static final int WHOLE = 0;

    @Test
    void equalsItsSlowTwinForEveryHeadWidth() {
        for (int headDim : new int[] {64, 80, 96, 128, 256}) {
            check(shape(8, 2, headDim, WHOLE), rows(headDim, 6, 300, 700), 3);
        }
    }

    @Test
    void equalsItsSlowTwinForEveryNumberOfHeadsOnAKey() {
        for (int groupHeads : new int[] {1, 2, 3, 5, 7, 8, 12, 16, 17, 71}) {
            check(shape(groupHeads, 1, 64, WHOLE), rows(groupHeads, 4, 150, 300), 1);
        }
    }

    @Test
    void seesNothingBeforeTheWindow() {
        for (int window : new int[] {1, 16, 100, 512}) {
            check(shape(4, 2, 128, window), rows(window, 5, 400, 1500), 5);
        }
    }

    @Test
    void continuesALongContext() {
        check(shape(4, 1, 128, WHOLE), List.of(new Row(0, 200, 8192), new Row(1, 33, 20_000)), 29);
    }

    @Test
    void takesManyShortRows() {
        check(shape(8, 2, 128, WHOLE), rows(7, 120, 9, 60), 1);
    }

    @Test
    void takesALongPrompt() {
        check(shape(4, 1, 128, WHOLE), List.of(new Row(3, 4100, 4100)), 311);
    }

    /** Random rows of up to so many tokens after up to so many others, and one of padding. */
    private static List<Row> rows(long seed, int rowCount, int mostTokens, int mostBefore) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>(List.of(new Row(-1, 3, 3)));
        for (int row = 0; row < rowCount; row++) {
            int tokens = 1 + random.nextInt(mostTokens);
            rows.add(new Row(row, tokens, tokens + random.nextInt(2) * random.nextInt(mostBefore)));
        }
        return rows;
    }

    private static AttentionShape shape(int headCount, int kvHeadCount, int headDim, int windowTokens) {
        return new AttentionShape(headCount, kvHeadCount, headDim, (float) (1 / Math.sqrt(headDim)), windowTokens, 16);
    }

    private static void check(AttentionShape shape, List<Row> rows, int everyToken) {
        for (ElementType type : ElementType.values()) {
            try (DeviceWork work = DeviceWork.open(ARENA_BYTES);
                    PrefillAttentionKernel kernel = new PrefillAttentionKernel(
                            work.compiler(), work.device().properties(), type, shape)) {
                AttentionStep step = new AttentionStep(work, type, shape, rows, 17);
                int[] tiles = step.tiles(kernel.tileTokens());
                kernel.launch(
                        work.stream(),
                        step.qkv(),
                        step.cache(),
                        step.spansOfStep(),
                        work.upload(tiles),
                        tiles.length / 2,
                        step.attended());
                step.check("prefill", everyToken);
            }
        }
    }
}
