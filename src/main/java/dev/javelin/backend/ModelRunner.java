package dev.javelin.backend;

import dev.javelin.error.JavelinException;
import dev.javelin.ownership.EngineThread;

/**
 * Runs a model's forward passes and samples tokens; owns weights, slots and the blocks' memory. Confined to the engine
 * thread, except for {@link #description()}, which any thread may read.
 */
@EngineThread
public interface ModelRunner extends AutoCloseable {
    /** What this runner runs, and its limits: constant for its life. */
    RunnerDescription description();

    /**
     * Enqueues the forward pass of a plan after those launched before and returns at once. A runner without a device
     * may compute here.
     *
     * @param plan at most {@link RunnerDescription#maxStepTokens()} tokens over at most
     *     {@link RunnerDescription#maxSlots()} rows; every id in range, every position backed by a block: runners do
     *     not check again what the scheduler guarantees
     * @return the step, to be sampled and awaited in the order of launches
     * @throws JavelinException DEVICE_FAILED if the device refused; the engine ends
     */
    PendingStep launch(StepPlan plan);

    /** Waits for steps in flight and frees everything. Idempotent. */
    @Override
    void close();
}
