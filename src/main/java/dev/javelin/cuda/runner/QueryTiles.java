package dev.javelin.cuda.runner;

import dev.javelin.backend.PlanRow;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;
import dev.javelin.cuda.memory.StagingArea;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Cuts the rows of several tokens into tiles that a block of prefill attention takes. Confined to the engine thread.
 *
 * <p>Later tokens see more keys, so a row's last tile costs most: tiles are listed from the last to the first of each
 * row.
 */
final class QueryTiles {
    private static final int TILE_WORDS = 2;

    private final int tileTokens;
    private final DeviceBuffer list;
    private int count;

    private QueryTiles(int tileTokens, DeviceBuffer list) {
        this.tileTokens = tileTokens;
        this.list = list;
    }

    /** Bytes for the most tiles that a step can have. */
    static long bytes(int maxStepTokens, int maxRows, int tileTokens) {
        return (maxStepTokens / tileTokens + (long) maxRows) * TILE_WORDS * Integer.BYTES;
    }

    /** Takes the device's list from an arena. */
    static QueryTiles take(DeviceArena arena, int maxStepTokens, int maxRows, int tileTokens) {
        return new QueryTiles(tileTokens, arena.take(bytes(maxStepTokens, maxRows, tileTokens), "query tiles"));
    }

    /** Tokens of a tile. */
    int tileTokens() {
        return tileTokens;
    }

    /** Pairs of int32: row, and first token of the tile within the row. */
    DeviceBuffer list() {
        return list;
    }

    /** Tiles of the step that was uploaded last. */
    int count() {
        return count;
    }

    /**
     * Enqueues the upload of a plan's tiles.
     *
     * @param stream where
     * @param rows of the plan
     * @param firstRow the first row of several tokens
     * @param staging memory for what goes up
     */
    void upload(CudaStream stream, List<PlanRow> rows, int firstRow, StagingArea staging) {
        count = 0;
        for (int r = firstRow; r < rows.size(); r++) {
            count += Math.ceilDiv(rows.get(r).tokenCount(), tileTokens);
        }
        if (count > 0) {
            long bytes = (long) count * TILE_WORDS * Integer.BYTES;
            StagingArea.Slice slice = staging.take(bytes);
            write(rows, firstRow, slice.segment());
            DeviceCopies.toDevice(stream, list, slice.buffer(), slice.offsetBytes(), bytes);
        }
    }

    private void write(List<PlanRow> rows, int firstRow, MemorySegment to) {
        int word = 0;
        for (int r = firstRow; r < rows.size(); r++) {
            int lastTile = (rows.get(r).tokenCount() - 1) / tileTokens;
            for (int tile = lastTile; tile >= 0; tile--) {
                to.setAtIndex(ValueLayout.JAVA_INT, word++, r);
                to.setAtIndex(ValueLayout.JAVA_INT, word++, tile * tileTokens);
            }
        }
    }
}
