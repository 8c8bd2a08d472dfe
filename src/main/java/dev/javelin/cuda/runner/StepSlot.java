package dev.javelin.cuda.runner;

import dev.javelin.cuda.driver.CudaEvent;
import dev.javelin.cuda.memory.PinnedBuffer;
import dev.javelin.cuda.memory.StagingArea;

/**
 * Host memory and events of one step in flight: there is one for each that may be. Confined to the engine thread; the
 * device reads and writes its memory between launch and await.
 *
 * @param input the packed plan
 * @param staging what else goes up
 * @param output what comes down
 * @param started recorded before the forward pass
 * @param ended recorded after the output has come down
 */
record StepSlot(PinnedBuffer input, StagingArea staging, PinnedBuffer output, CudaEvent started, CudaEvent ended)
        implements AutoCloseable {
    private static final long STAGING_BYTES = 1 << 20;

    /** Allocates. */
    static StepSlot allocate(long inputBytes, long outputBytes) {
        return new StepSlot(
                PinnedBuffer.allocate(inputBytes),
                new StagingArea(STAGING_BYTES),
                PinnedBuffer.allocate(outputBytes),
                CudaEvent.create(true),
                CudaEvent.create(true));
    }

    /** Makes the staging memory free for the next step; the last one has ended. */
    void reuse() {
        staging.reset();
    }

    @Override
    public void close() {
        ended.close();
        started.close();
        output.close();
        staging.close();
        input.close();
    }
}
