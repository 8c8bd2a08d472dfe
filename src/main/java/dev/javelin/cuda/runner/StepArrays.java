package dev.javelin.cuda.runner;

import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.kernel.Spans;
import dev.javelin.cuda.kernel.StepPrepareKernel;
import dev.javelin.cuda.memory.DeviceArena;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.DeviceCopies;

/**
 * What {@code step_prepare.cu} unpacks a step's input into, at fixed addresses, so that graphs can name them.
 * Immutable; the device writes them in every step.
 *
 * @param all the arrays as the kernel takes them
 */
record StepArrays(StepPrepareKernel.Arrays all) {
    private static final int ROW_ARRAYS = 4;
    private static final int TOKEN_ARRAYS = 3;
    private static final int SAMPLE_ARRAYS = 3;
    private static final int BUFFERS = 8;

    /**
     * How large they are.
     *
     * @param inputWords most 32-bit words of an input
     * @param maxRows slots, and rows of a step
     * @param maxTokens tokens of a step
     * @param cacheGroups block tables of a slot
     * @param tableStride entries of a block table
     */
    record Sizes(long inputWords, int maxRows, int maxTokens, int cacheGroups, int tableStride) {
        /** Bytes that all arrays take, alignment included: an upper bound. */
        long bytes() {
            long words = inputWords
                    + (2L + ROW_ARRAYS + SAMPLE_ARRAYS) * maxRows
                    + (long) TOKEN_ARRAYS * maxTokens
                    + (long) cacheGroups * maxRows * tableStride;
            return words * Integer.BYTES + BUFFERS * 256;
        }
    }

    /**
     * Takes them from an arena; the input is that of an empty step.
     *
     * @param arena holds them
     * @param sizes how large they are
     * @param stream where the input is emptied
     */
    static StepArrays take(DeviceArena arena, Sizes sizes, CudaStream stream) {
        int maxRows = sizes.maxRows();
        StepArrays arrays = new StepArrays(new StepPrepareKernel.Arrays(
                words(arena, sizes.inputWords(), "step input"),
                words(arena, maxRows, "slot lengths"),
                words(arena, maxRows, "last tokens"),
                words(arena, (long) sizes.cacheGroups() * maxRows * sizes.tableStride(), "block tables"),
                sizes.tableStride(),
                words(arena, (long) ROW_ARRAYS * maxRows, "rows"),
                words(arena, (long) TOKEN_ARRAYS * sizes.maxTokens(), "tokens"),
                words(arena, (long) SAMPLE_ARRAYS * maxRows, "samples"),
                maxRows,
                sizes.maxTokens()));
        DeviceCopies.fill(stream, arrays.all().input(), (byte) 0);
        return arrays;
    }

    private static DeviceBuffer words(DeviceArena arena, long words, String what) {
        return arena.take(words * Integer.BYTES, what);
    }

    private static DeviceBuffer part(DeviceBuffer arrays, int index, int stride) {
        long bytes = (long) stride * Integer.BYTES;
        return arrays.slice(index * bytes, bytes);
    }

    /** The first rows of the step. */
    Spans spans(int rowCount) {
        return new Spans(
                part(all.rows(), 0, all.rowStride()),
                part(all.rows(), 1, all.rowStride()),
                part(all.rows(), 2, all.rowStride()),
                part(all.rows(), 3, all.rowStride()),
                rowCount);
    }

    DeviceBuffer tokenIds() {
        return part(all.tokens(), 0, all.tokenStride());
    }

    DeviceBuffer tokenSlots() {
        return part(all.tokens(), 1, all.tokenStride());
    }

    DeviceBuffer tokenPositions() {
        return part(all.tokens(), 2, all.tokenStride());
    }

    DeviceBuffer sampleTokenIndexes() {
        return part(all.samples(), 0, all.rowStride());
    }

    DeviceBuffer sampleSlots() {
        return part(all.samples(), 1, all.rowStride());
    }

    DeviceBuffer sampleLengths() {
        return part(all.samples(), 2, all.rowStride());
    }

    /** The block tables of a cache group: [slots, tableStride]. */
    DeviceBuffer tables(int cacheGroupId) {
        return part(all.tables(), cacheGroupId, all.rowStride() * all.tableStride());
    }
}
