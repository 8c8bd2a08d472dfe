package dev.javelin.cuda.runner;

import dev.javelin.backend.PlanRow;
import dev.javelin.backend.StepPlan;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.kernel.LogprobRequests;
import dev.javelin.cuda.kernel.SamplingLogprobs;
import dev.javelin.cuda.kernel.SamplingOutput;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.StagingArea;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Log-probabilities of given tokens at a step's positions (prompt log-probabilities, echo). Confined to the engine
 * thread.
 *
 * <p>A prompt's positions pass the head a few at a time, into logits of a fixed size, while the residual stream of the
 * step still stands: scoring needs no memory that grows with the prompt.
 */
final class ScorePass {
    /** Positions scored at a time. */
    static final int AT_ONCE = 64;

    private final ForwardPass forward;
    private final SamplingLogprobs logprobs;
    private final DeviceBuffer logits;

    /**
     * A pass.
     *
     * @param forward gives logits of positions
     * @param logprobs takes at least {@link #AT_ONCE} requests
     * @param logits f32 [AT_ONCE, vocabulary]
     */
    ScorePass(ForwardPass forward, SamplingLogprobs logprobs, DeviceBuffer logits) {
        this.forward = forward;
        this.logprobs = logprobs;
        this.logits = logits;
    }

    /** Positions that a plan wants scored. */
    static int wanted(StepPlan plan) {
        int wanted = 0;
        for (PlanRow row : plan.rows()) {
            wanted += row.scoredTokenIds().length;
        }
        return wanted;
    }

    /**
     * Enqueues the scores of a plan whose forward pass is enqueued.
     *
     * @param stream where
     * @param plan which positions
     * @param slots how many alternatives each row's sequence wants
     * @param output receives an entry a position, in the plan's order
     * @param firstEntry index of the first one
     * @param staging memory for what goes up
     */
    void run(
            CudaStream stream,
            StepPlan plan,
            SlotShadows slots,
            SamplingOutput output,
            int firstEntry,
            StagingArea staging) {
        int count = wanted(plan);
        StagingArea.Slice indexes = staging.take((long) count * Integer.BYTES);
        StagingArea.Slice requests = staging.take((long) count * LogprobRequests.REQUEST_BYTES);
        write(plan, slots, indexes.segment(), requests.segment());
        for (int first = 0; first < count; first += AT_ONCE) {
            int part = Math.min(AT_ONCE, count - first);
            forward.logits(
                    stream,
                    new DeviceBuffer(
                            indexes.deviceAddress() + (long) first * Integer.BYTES, (long) part * Integer.BYTES),
                    part,
                    logits);
            DeviceBuffer some = new DeviceBuffer(
                    requests.deviceAddress() + (long) first * LogprobRequests.REQUEST_BYTES,
                    (long) part * LogprobRequests.REQUEST_BYTES);
            logprobs.launch(
                    stream,
                    logits,
                    new LogprobRequests(some, part),
                    output.tokens(),
                    output.entries(firstEntry + first));
        }
    }

    private static void write(StepPlan plan, SlotShadows slots, MemorySegment indexes, MemorySegment requests) {
        int firstToken = 0;
        int index = 0;
        for (PlanRow row : plan.rows()) {
            Integer top = slots.slot(row.slotId()).requireSampling().promptTopCount();
            int[] scored = row.scoredTokenIds();
            for (int i = 0; i < scored.length; i++) {
                indexes.setAtIndex(ValueLayout.JAVA_INT, index, firstToken + i);
                LogprobRequests.write(requests, index, index % AT_ONCE, scored[i], top == null ? 0 : top);
                index++;
            }
            firstToken += row.tokenCount();
        }
    }
}
