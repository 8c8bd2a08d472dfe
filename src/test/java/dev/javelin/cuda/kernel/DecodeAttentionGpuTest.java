package dev.javelin.cuda.kernel;

import dev.javelin.cuda.driver.CudaGraph;
import dev.javelin.cuda.driver.CudaGraphExec;
import dev.javelin.cuda.kernel.AttentionStep.Row;
import dev.javelin.cuda.memory.DeviceBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("gpu")
class DecodeAttentionGpuTest {
    private static final long ARENA_BYTES = 1L << 30;
    private static final int WHOLE = 0;
    private static final int REPLAYS = 3;

    @Test
    void equalsItsSlowTwinForEveryHeadWidth() {
        for (int headDim : new int[] {64, 80, 96, 128, 256}) {
            check(shape(8, 2, headDim, WHOLE), rows(headDim, 13, 900));
        }
    }

    @Test
    void equalsItsSlowTwinForEveryNumberOfHeadsOnAKey() {
        for (int groupHeads : new int[] {1, 2, 3, 5, 7, 8, 12, 16, 17, 71}) {
            check(shape(groupHeads, 1, 128, WHOLE), rows(groupHeads, 7, 700));
        }
    }

    @Test
    void seesNothingBeforeTheWindow() {
        for (int window : new int[] {1, 16, 100, 512}) {
            check(shape(8, 2, 128, window), rows(window, 9, 2000));
        }
    }

    @Test
    void dividesOneLongRow() {
        check(shape(32, 8, 128, WHOLE), List.of(new Row(0, 1, 8192)));
        check(shape(8, 1, 128, WHOLE), List.of(new Row(0, 1, 32_749)));
        check(shape(4, 4, 64, WHOLE), List.of(new Row(0, 1, 1)));
    }

    @Test
    void takesOneLongRowAmongManyShortOnes() {
        List<Row> rows = new ArrayList<>(rows(3, 255, 40));
        rows.set(100, new Row(100, 1, 20_000));
        check(shape(8, 2, 128, WHOLE), rows);
    }

    @Test
    void takesManyRows() {
        check(shape(16, 4, 128, WHOLE), rows(5, 600, 300));
    }

    @Test
    void leavesABatchOfPaddingAlone() {
        check(shape(8, 2, 128, WHOLE), List.of(new Row(-1, 1, 5), new Row(-1, 1, 0), new Row(-1, 1, 900)));
    }

    /** Random rows of one token, the sixth ones padding, one empty. */
    private static List<Row> rows(long seed, int rowCount, int mostTokens) {
        Random random = new Random(seed);
        List<Row> rows = new ArrayList<>();
        for (int row = 0; row < rowCount; row++) {
            rows.add(new Row(row % 6 == 5 ? -1 : row, 1, row == 4 ? 0 : 1 + random.nextInt(mostTokens)));
        }
        return rows;
    }

    private static AttentionShape shape(int headCount, int kvHeadCount, int headDim, int windowTokens) {
        return new AttentionShape(headCount, kvHeadCount, headDim, (float) (1 / Math.sqrt(headDim)), windowTokens, 16);
    }

    private static void check(AttentionShape shape, List<Row> rows) {
        for (ElementType type : ElementType.values()) {
            try (DeviceWork work = DeviceWork.open(ARENA_BYTES);
                    DecodeAttentionKernel kernel = new DecodeAttentionKernel(
                            work.compiler(), work.device().properties(), type, shape)) {
                AttentionStep step = new AttentionStep(work, type, shape, rows, 19);
                DeviceBuffer workspace = work.poisoned(kernel.workspaceBytes(rows.size()));
                kernel.clear(work.stream(), workspace);
                try (CudaGraph graph = work.stream().capture(() -> launch(work, kernel, step, workspace));
                        CudaGraphExec exec = graph.instantiate()) {
                    for (int replay = 0; replay < REPLAYS; replay++) {
                        work.poison(step.attended());
                        exec.launch(work.stream());
                        step.check("decode, replay " + replay, 1);
                    }
                }
            }
        }
    }

    private static void launch(
            DeviceWork work, DecodeAttentionKernel kernel, AttentionStep step, DeviceBuffer workspace) {
        kernel.launch(work.stream(), step.qkv(), step.cache(), step.spansOfStep(), workspace, step.attended());
    }
}
