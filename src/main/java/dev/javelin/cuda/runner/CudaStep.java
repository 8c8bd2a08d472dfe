package dev.javelin.cuda.runner;

import dev.javelin.backend.PendingStep;
import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowStatus;
import dev.javelin.backend.StepPlan;
import dev.javelin.backend.StepResult;
import dev.javelin.backend.TokenMask;
import dev.javelin.cuda.kernel.SamplingOutput;
import dev.javelin.generation.TokenLogprobs;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A step whose forward pass is enqueued. Confined to the engine thread.
 *
 * <p>Slots may already belong to others when it is awaited, for a later plan may have been launched: what the result
 * needs of them is noted at launch.
 */
final class CudaStep implements PendingStep {
    private static final float NANOS_PER_MILLI = 1e6f;

    private final StepPlan plan;
    private final StepSlot slot;
    private final CudaRuntime runtime;
    private final int sampleBucket;
    private final int drawnLogprobs;
    private final int scores;
    private final boolean[] wantsLogprobs;
    private final int[] lengths;
    private boolean sampled;

    /**
     * A step.
     *
     * @param plan what it runs
     * @param slot its host memory
     * @param runtime what draws
     * @param sampleBucket rows that draw, padding included
     */
    CudaStep(StepPlan plan, StepSlot slot, CudaRuntime runtime, int sampleBucket) {
        this.plan = plan;
        this.slot = slot;
        this.runtime = runtime;
        this.sampleBucket = sampleBucket;
        List<PlanRow> rows = plan.rows();
        wantsLogprobs = new boolean[rows.size()];
        lengths = new int[rows.size()];
        for (int r = 0; r < rows.size(); r++) {
            wantsLogprobs[r] = SampleStage.wantsLogprobs(rows.get(r), runtime.slots());
            lengths[r] = runtime.slots().slot(rows.get(r).slotId()).lengthTokens();
        }
        drawnLogprobs = SampleStage.wantedLogprobs(plan, runtime.slots());
        scores = ScorePass.wanted(plan);
    }

    /** Entries of log-probabilities before those of scores. */
    int drawnLogprobs() {
        return drawnLogprobs;
    }

    @Override
    public void sample(List<TokenMask> masks) {
        if (sampled) {
            throw new IllegalStateException("a step is sampled once");
        }
        sampled = true;
        SampleStage stage = runtime.sampleStage();
        stage.draw(runtime.stream(), plan, sampleBucket, masks, slot.staging());
        if (drawnLogprobs > 0) {
            stage.drawnLogprobs(runtime.stream(), plan, runtime.slots(), drawnLogprobs, slot.staging());
        }
        runtime.output().copyToHost(runtime.stream(), slot.output(), 0, drawnLogprobs + scores);
        runtime.stream().record(slot.ended());
    }

    @Override
    public StepResult await() {
        if (!sampled) {
            throw new IllegalStateException("a step is sampled before it is awaited");
        }
        slot.ended().synchronize();
        StepResult result = collect(slot.output().segment());
        runtime.onEnded(slot);
        return result;
    }

    private StepResult collect(MemorySegment copy) {
        List<PlanRow> rows = plan.rows();
        RowStatus[] statuses = new RowStatus[rows.size()];
        Arrays.fill(statuses, RowStatus.OK);
        List<List<TokenLogprobs>> scored = scores(copy, statuses);
        int[] offsets = new int[rows.size() + 1];
        int[] tokenIds = new int[rows.size()];
        int count = 0;
        int sampleIndex = 0;
        for (int r = 0; r < rows.size(); r++) {
            offsets[r] = count;
            if (rows.get(r).samples()) {
                int index = sampleIndex++;
                if (runtime.output().status(copy, index) != SamplingOutput.DRAWN) {
                    statuses[r] = RowStatus.BAD_LOGITS;
                }
                if (statuses[r] == RowStatus.OK) {
                    tokenIds[count] = runtime.output().token(copy, index);
                    note(rows.get(r), lengths[r], tokenIds[count++]);
                }
            }
        }
        offsets[rows.size()] = count;
        return new StepResult(
                plan.stepId(), statuses, offsets, Arrays.copyOf(tokenIds, count), drawn(copy, statuses), scored, (long)
                        (slot.ended().millisSince(slot.started()) * NANOS_PER_MILLI));
    }

    private void note(PlanRow row, int position, int tokenId) {
        SlotShadow shadow = runtime.slots().slot(row.slotId());
        if (shadow.sequenceId() == row.sequenceId()) {
            shadow.noteToken(position, tokenId);
        }
    }

    private List<List<TokenLogprobs>> drawn(MemorySegment copy, RowStatus[] statuses) {
        if (drawnLogprobs == 0) {
            return List.of();
        }
        List<List<TokenLogprobs>> logprobs = new ArrayList<>(statuses.length);
        int entry = 0;
        for (int r = 0; r < statuses.length; r++) {
            boolean good = wantsLogprobs[r] && statuses[r] == RowStatus.OK;
            logprobs.add(good ? List.of(runtime.output().logprobs(copy, entry)) : List.of());
            entry += wantsLogprobs[r] ? 1 : 0;
        }
        return logprobs;
    }

    private List<List<TokenLogprobs>> scores(MemorySegment copy, RowStatus[] statuses) {
        if (scores == 0) {
            return List.of();
        }
        List<List<TokenLogprobs>> scored = new ArrayList<>(statuses.length);
        int entry = drawnLogprobs;
        for (int r = 0; r < statuses.length; r++) {
            List<TokenLogprobs> row = new ArrayList<>();
            for (int i = 0; i < plan.rows().get(r).scoredTokenIds().length; i++) {
                TokenLogprobs score = runtime.output().logprobs(copy, entry++);
                if (Float.isNaN(score.logprob())) {
                    statuses[r] = RowStatus.BAD_LOGITS;
                }
                row.add(score);
            }
            scored.add(statuses[r] == RowStatus.OK ? row : List.of());
        }
        return scored;
    }
}
