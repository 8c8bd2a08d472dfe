package dev.javelin.cuda.runner;

import dev.javelin.backend.PlanRow;
import dev.javelin.backend.StepPlan;
import dev.javelin.backend.TokenMask;
import dev.javelin.cuda.driver.CudaStream;
import dev.javelin.cuda.kernel.LogprobRequests;
import dev.javelin.cuda.kernel.SampledRows;
import dev.javelin.cuda.kernel.Sampling;
import dev.javelin.cuda.kernel.SamplingLogprobs;
import dev.javelin.cuda.kernel.SamplingMasks;
import dev.javelin.cuda.kernel.SamplingOutput;
import dev.javelin.cuda.kernel.SamplingState;
import dev.javelin.cuda.memory.DeviceBuffer;
import dev.javelin.cuda.memory.StagingArea;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * The second half of a step: draws a token for every row that samples, and what is asked of log-probabilities. Confined
 * to the engine thread.
 */
final class SampleStage {
    private final Sampling sampling;
    private final SamplingState state;
    private final SamplingLogprobs logprobs;
    private final SamplingOutput output;
    private final StepArrays arrays;
    private final DeviceBuffer logits;
    private final int vocabularyTokens;

    /**
     * Kernels and state.
     *
     * @param sampling draws
     * @param state how each slot draws
     * @param logprobs for rows that ask
     */
    record Kernels(Sampling sampling, SamplingState state, SamplingLogprobs logprobs) {}

    SampleStage(Kernels kernels, SamplingOutput output, StepArrays arrays, DeviceBuffer logits, int vocabularyTokens) {
        this.sampling = kernels.sampling();
        this.state = kernels.state();
        this.logprobs = kernels.logprobs();
        this.output = output;
        this.arrays = arrays;
        this.logits = logits;
        this.vocabularyTokens = vocabularyTokens;
    }

    /** Brings the device's sampling state up to date with a plan whose input is packed. */
    void prepare(CudaStream stream, SlotShadows slots, StagingArea staging) {
        slots.inits().forEach(init -> state.init(init, stream, staging));
        slots.forks().forEach(fork -> state.fork(fork, stream, staging));
        for (SlotShadow slot : slots.recounts()) {
            int[] known = slot.knownTokenIds();
            state.recount(
                    slot.slotId(),
                    known,
                    slot.promptTokens(),
                    Math.max(0, known.length - slot.promptTokens()),
                    stream,
                    staging);
        }
        state.flush(stream, staging);
    }

    /**
     * Enqueues the draws.
     *
     * @param stream where
     * @param plan whose rows
     * @param sampleCount rows that draw, padding included
     * @param masks what some rows may draw
     * @param staging memory for masks
     */
    void draw(CudaStream stream, StepPlan plan, int sampleCount, List<TokenMask> masks, StagingArea staging) {
        SampledRows rows = new SampledRows(logits, arrays.sampleSlots(), arrays.sampleLengths(), sampleCount);
        sampling.sample(
                stream,
                rows,
                masks.isEmpty() ? null : upload(plan, sampleCount, masks, staging),
                arrays.all().lastTokens(),
                output);
    }

    private SamplingMasks upload(StepPlan plan, int sampleCount, List<TokenMask> masks, StagingArea staging) {
        int words = SamplingMasks.wordsPerMask(vocabularyTokens);
        StagingArea.Slice bits = staging.take((long) masks.size() * words * Long.BYTES);
        StagingArea.Slice maskOfRow = staging.take((long) sampleCount * Integer.BYTES);
        int[] indexes = new int[sampleCount];
        Arrays.fill(indexes, -1);
        for (int i = 0; i < masks.size(); i++) {
            TokenMask mask = masks.get(i);
            MemorySegment.copy(
                    mask.allowedBits(), 0, bits.segment(), ValueLayout.JAVA_LONG, (long) i * words * Long.BYTES, words);
            indexes[sampleIndex(plan, mask.rowIndex())] = i;
        }
        MemorySegment.copy(indexes, 0, maskOfRow.segment(), ValueLayout.JAVA_INT, 0, sampleCount);
        return new SamplingMasks(device(bits), device(maskOfRow));
    }

    private static int sampleIndex(StepPlan plan, int rowIndex) {
        int index = 0;
        for (int r = 0; r < rowIndex; r++) {
            index += plan.rows().get(r).samples() ? 1 : 0;
        }
        return index;
    }

    /** Rows of a plan that want log-probabilities of what they draw. */
    static int wantedLogprobs(StepPlan plan, SlotShadows slots) {
        int wanted = 0;
        for (PlanRow row : plan.rows()) {
            wanted += wantsLogprobs(row, slots) ? 1 : 0;
        }
        return wanted;
    }

    /** Whether a row wants log-probabilities of what it draws. */
    static boolean wantsLogprobs(PlanRow row, SlotShadows slots) {
        return row.samples() && slots.slot(row.slotId()).requireSampling().answerTopCount() != null;
    }

    /**
     * Enqueues log-probabilities of drawn tokens for the rows that ask: entries 0 to {@code count} of the output, in
     * the order of the rows.
     *
     * @param count {@link #wantedLogprobs}, at least 1
     */
    void drawnLogprobs(CudaStream stream, StepPlan plan, SlotShadows slots, int count, StagingArea staging) {
        StagingArea.Slice requests = staging.take((long) count * LogprobRequests.REQUEST_BYTES);
        int request = 0;
        int sampleIndex = 0;
        for (PlanRow row : plan.rows()) {
            Integer top = slots.slot(row.slotId()).requireSampling().answerTopCount();
            if (row.samples() && top != null) {
                LogprobRequests.write(requests.segment(), request++, sampleIndex, LogprobRequests.DRAWN_TOKEN, top);
            }
            sampleIndex += row.samples() ? 1 : 0;
        }
        logprobs.launch(
                stream, logits, new LogprobRequests(device(requests), count), output.tokens(), output.entries(0));
    }

    private static DeviceBuffer device(StagingArea.Slice slice) {
        return new DeviceBuffer(slice.deviceAddress(), slice.segment().byteSize());
    }
}
