package dev.javelin.cpu;

import dev.javelin.backend.PendingStep;
import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowStatus;
import dev.javelin.backend.SlotSampling;
import dev.javelin.backend.StepPlan;
import dev.javelin.backend.StepResult;
import dev.javelin.backend.TokenMask;
import dev.javelin.generation.TokenLogprobs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A step whose forward pass is done: scores are known, tokens are drawn when {@link #sample} is called, on all threads.
 * Confined to the engine thread.
 */
final class CpuStep implements PendingStep {
    private final StepPlan plan;
    private final Batch batch;
    private final OutputHead head;
    private final Sampling sampling;
    private final RowStatus[] statuses;
    private final List<List<TokenLogprobs>> scores;
    private final long startNanos;
    private @Nullable StepResult result;

    /** What steps share: workers, a sampler each, the vocabulary, the clock. */
    record Sampling(
            WorkerPool pool, Sampler[] samplers, int vocabularyTokens, java.util.function.LongSupplier nanoClock) {}

    CpuStep(StepPlan plan, Batch batch, OutputHead head, Sampling sampling, long startNanos) {
        this.plan = plan;
        this.batch = batch;
        this.head = head;
        this.sampling = sampling;
        this.startNanos = startNanos;
        statuses = new RowStatus[plan.rows().size()];
        Arrays.fill(statuses, RowStatus.OK);
        scores = score();
        int[] lastTokens = new int[statuses.length];
        int count = 0;
        for (int r = 0; r < statuses.length; r++) {
            if (plan.rows().get(r).samples()) {
                lastTokens[count++] = batch.firstToken[r + 1] - 1;
            }
        }
        head.sample(lastTokens, count);
    }

    /** Scores what rows ask for, a few positions at a time. */
    private List<List<TokenLogprobs>> score() {
        int wanted = 0;
        for (PlanRow row : plan.rows()) {
            wanted += row.scoredTokenIds().length;
        }
        if (wanted == 0) {
            return List.of();
        }
        int[] tokens = new int[wanted];
        int[] rows = new int[wanted];
        int count = 0;
        List<List<TokenLogprobs>> scored = new ArrayList<>();
        for (int r = 0; r < statuses.length; r++) {
            scored.add(new ArrayList<>());
            for (int i = 0; i < plan.rows().get(r).scoredTokenIds().length; i++) {
                tokens[count] = batch.firstToken[r] + i;
                rows[count++] = r;
            }
        }
        for (int first = 0; first < wanted; first += OutputHead.SCORED_AT_ONCE) {
            int part = Math.min(OutputHead.SCORED_AT_ONCE, wanted - first);
            head.score(tokens, first, part);
            TokenLogprobs[] parts = new TokenLogprobs[part];
            int from = first;
            sampling.pool().run((i, worker) -> parts[i] = scoreOne(tokens[from + i], rows[from + i], i, worker), part);
            for (int i = 0; i < part; i++) {
                scored.get(rows[first + i]).add(parts[i]);
            }
        }
        for (int r = 0; r < statuses.length; r++) {
            if (statuses[r] != RowStatus.OK) {
                scored.set(r, List.of());
            }
        }
        return scored;
    }

    private TokenLogprobs scoreOne(int token, int row, int index, int worker) {
        PlanRow planRow = plan.rows().get(row);
        int tokenId = planRow.scoredTokenIds()[token - batch.firstToken[row]];
        long logits = head.scoredLogits(index);
        float most = LogitMath.finiteMax(logits, sampling.vocabularyTokens());
        if (Float.isNaN(most)) {
            statuses[row] = RowStatus.BAD_LOGITS;
            return new TokenLogprobs(tokenId, Float.NaN, new int[0], new float[0]);
        }
        Integer topCount = batch.slots[row].requireSampling().promptTopCount();
        return sampling.samplers()[worker].logprobs(logits, most, tokenId, topCount == null ? 0 : topCount);
    }

    @Override
    public void sample(List<TokenMask> masks) {
        if (result != null) {
            throw new IllegalStateException("a step is sampled once");
        }
        int rows = statuses.length;
        long[][] allowed = new long[rows][];
        for (TokenMask mask : masks) {
            allowed[mask.rowIndex()] = mask.allowedBits();
        }
        int[] logitIndexes = new int[rows];
        int[] sampledRows = new int[rows];
        int count = 0;
        boolean wantsLogprobs = false;
        for (int r = 0; r < rows; r++) {
            if (plan.rows().get(r).samples()) {
                logitIndexes[r] = count;
                sampledRows[count++] = r;
                wantsLogprobs |= batch.slots[r].requireSampling().answerTopCount() != null;
            }
        }
        int[] drawn = new int[rows];
        List<List<TokenLogprobs>> logprobs = wantsLogprobs ? new ArrayList<>() : List.of();
        for (int r = 0; wantsLogprobs && r < rows; r++) {
            logprobs.add(List.of());
        }
        sampling.pool()
                .run(
                        (i, worker) -> {
                            int r = sampledRows[i];
                            drawn[r] = draw(r, head.sampledLogits(logitIndexes[r]), allowed[r], worker, logprobs);
                        },
                        count);
        result = collect(drawn, logprobs);
    }

    /** Draws one row's token and moves its slot on. */
    private int draw(int row, long logits, long @Nullable [] allowed, int worker, List<List<TokenLogprobs>> logprobs) {
        float most = LogitMath.finiteMax(logits, sampling.vocabularyTokens());
        if (Float.isNaN(most)) {
            statuses[row] = RowStatus.BAD_LOGITS;
        }
        if (statuses[row] != RowStatus.OK) {
            return -1;
        }
        Slot slot = batch.slots[row];
        SlotSampling slotSampling = slot.requireSampling();
        Sampler sampler = sampling.samplers()[worker];
        int tokenId = sampler.sample(logits, most, slot, allowed);
        slot.lastTokenId = tokenId;
        TokenHistory history = slot.history;
        if (history != null) {
            history.put(slot.lengthTokens, tokenId);
        }
        Integer topCount = slotSampling.answerTopCount();
        if (topCount != null) {
            logprobs.set(row, List.of(sampler.logprobs(logits, most, tokenId, topCount)));
        }
        return tokenId;
    }

    private StepResult collect(int[] drawn, List<List<TokenLogprobs>> logprobs) {
        int rows = statuses.length;
        int[] offsets = new int[rows + 1];
        int[] tokenIds = new int[rows];
        int count = 0;
        for (int r = 0; r < rows; r++) {
            offsets[r] = count;
            if (plan.rows().get(r).samples() && statuses[r] == RowStatus.OK) {
                tokenIds[count++] = drawn[r];
            }
        }
        offsets[rows] = count;
        return new StepResult(
                plan.stepId(),
                statuses,
                offsets,
                Arrays.copyOf(tokenIds, count),
                logprobs,
                scores,
                sampling.nanoClock().getAsLong() - startNanos);
    }

    @Override
    public StepResult await() {
        StepResult done = result;
        if (done == null) {
            throw new IllegalStateException("a step is sampled before it is awaited");
        }
        return done;
    }
}
