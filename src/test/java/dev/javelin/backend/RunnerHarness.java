package dev.javelin.backend;

import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.TokenLogprobs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for the scheduler: gives out blocks in random order, the same of every cache group, builds plans, keeps what
 * sequences drew. Confined to one thread.
 */
public final class RunnerHarness {
    /** Draws nothing at random, gives 20 alternatives with each token. */
    public static final SlotSampling GREEDY = sampling(SamplingParams.GREEDY, 0);

    private final ModelRunner runner;
    private final int blockTokens;
    private final int groupCount;
    private final List<Integer> freeBlocks = new ArrayList<>();
    private final List<SlotOp> slotOps = new ArrayList<>();
    private final List<Planned> planned = new ArrayList<>();
    private final Map<Sequence, long[]> masks = new LinkedHashMap<>();
    private long stepId;

    /** A harness whose blocks come in the order that a seed gives. */
    public RunnerHarness(ModelRunner runner, long seed) {
        this.runner = runner;
        List<CachePlan> plans = runner.description().cachePlans();
        CachePlan plan = plans.getFirst();
        groupCount = plans.size();
        blockTokens = plan.blockTokens();
        for (int i = 0; i < plan.blockCount(); i++) {
            freeBlocks.add(i);
        }
        Collections.shuffle(freeBlocks, new Random(seed));
    }

    /** One sequence: what the scheduler would know of it. */
    public static final class Sequence {
        final int slotId;
        final List<Integer> blockIds = new ArrayList<>();
        final List<TokenLogprobs> logprobs = new ArrayList<>();
        final List<TokenLogprobs> scores = new ArrayList<>();
        int[] tokenIds;
        int knownTokens;
        int lengthTokens;
        RowStatus status = RowStatus.OK;

        Sequence(int slotId, int[] tokenIds) {
            this.slotId = slotId;
            this.tokenIds = tokenIds.clone();
            this.knownTokens = tokenIds.length;
        }

        void add(int tokenId) {
            if (knownTokens == tokenIds.length) {
                tokenIds = Arrays.copyOf(tokenIds, 2 * knownTokens + 1);
            }
            tokenIds[knownTokens++] = tokenId;
        }

        /** Log-probabilities of what was drawn. */
        public List<TokenLogprobs> logprobs() {
            return logprobs;
        }

        /** What was scored so far. */
        public List<TokenLogprobs> scores() {
            return scores;
        }

        /** All tokens, prompt and answer. */
        public int[] tokens() {
            return Arrays.copyOf(tokenIds, knownTokens);
        }
    }

    /** Sampling with 20 alternatives a token. */
    public static SlotSampling sampling(SamplingParams params, long seed) {
        return new SlotSampling(params, seed, 0, 0, new int[0], 20, 20);
    }

    /** A row of the next step. */
    private record Planned(Sequence sequence, PlanRow row, long @Nullable [] mask) {}

    /** Gives a slot to a new sequence with a prompt. */
    public Sequence start(int slotId, SlotSampling sampling, int... prompt) {
        return resume(slotId, sampling, prompt, prompt.length, List.of());
    }

    /** Gives a slot to a sequence that has an answer already, or blocks that others filled. */
    public Sequence resume(
            int slotId, SlotSampling sampling, int[] tokenIds, int promptTokens, List<Integer> cachedBlockIds) {
        Sequence sequence = new Sequence(slotId, tokenIds);
        sequence.lengthTokens = cachedBlockIds.size() * blockTokens;
        slotOps.add(new SlotOp.Init(
                slotId,
                slotId + 1000,
                sequence.lengthTokens,
                sampling,
                sequence.tokenIds,
                promptTokens,
                tokenIds.length - promptTokens));
        appendBlocks(sequence, cachedBlockIds);
        return sequence;
    }

    /** Makes a slot a copy of a sequence, with a block of its own in the place that both would write. */
    public Sequence fork(Sequence from, int slotId, SlotSampling sampling) {
        Sequence copy = new Sequence(slotId, from.tokens());
        copy.lengthTokens = from.lengthTokens;
        copy.blockIds.addAll(from.blockIds);
        slotOps.add(new SlotOp.Fork(slotId, from.slotId, slotId + 1000, sampling));
        if (from.lengthTokens % blockTokens != 0) {
            int index = from.lengthTokens / blockTokens;
            int block = freeBlocks.removeLast();
            copy.blockIds.set(index, block);
            for (int group = 0; group < groupCount; group++) {
                slotOps.add(new SlotOp.CopyBlock(slotId, group, index, block));
            }
        }
        return copy;
    }

    /** Takes tokens back. */
    public void truncate(Sequence sequence, int lengthTokens) {
        slotOps.add(new SlotOp.Truncate(sequence.slotId, lengthTokens));
        sequence.lengthTokens = lengthTokens;
        sequence.knownTokens = lengthTokens;
    }

    /** Gives a sequence's blocks back, newest first, so that the next sequence gets them at once. */
    public void release(Sequence sequence) {
        freeBlocks.addAll(sequence.blockIds);
        sequence.blockIds.clear();
    }

    /** Plans the sequence's next known tokens. */
    public void feed(Sequence sequence, int tokenCount, boolean samples, int... scoredTokenIds) {
        plan(
                sequence,
                new RowInput.HostTokens(sequence.tokenIds, sequence.lengthTokens),
                tokenCount,
                samples,
                scoredTokenIds);
    }

    /** Plans all known tokens that the cache does not hold, and a draw. */
    public void feedAll(Sequence sequence) {
        feed(sequence, sequence.knownTokens - sequence.lengthTokens, true);
    }

    /** Plans a decode of the token drawn last. */
    public void decode(Sequence sequence) {
        plan(sequence, RowInput.LAST_SAMPLED, 1, true, PlanRow.NO_SCORES);
    }

    /** Restricts what the sequence's row that is planned next may draw. */
    public void allow(Sequence sequence, int... tokenIds) {
        long[] bits = new long[(TinyModel.VOCABULARY_TOKENS + 63) / 64];
        for (int id : tokenIds) {
            bits[id / 64] |= 1L << id % 64;
        }
        masks.put(sequence, bits);
    }

    private void plan(Sequence sequence, RowInput input, int tokenCount, boolean samples, int[] scoredTokenIds) {
        int needed = (sequence.lengthTokens + tokenCount + blockTokens - 1) / blockTokens;
        List<Integer> fresh = new ArrayList<>();
        while (sequence.blockIds.size() + fresh.size() < needed) {
            fresh.add(freeBlocks.removeLast());
        }
        appendBlocks(sequence, fresh);
        long[] mask = masks.remove(sequence);
        PlanRow row = new PlanRow(
                sequence.slotId + 1000, sequence.slotId, input, tokenCount, samples, scoredTokenIds, mask != null, 0);
        planned.add(new Planned(sequence, row, mask));
        sequence.lengthTokens += tokenCount;
    }

    private void appendBlocks(Sequence sequence, List<Integer> blockIds) {
        if (!blockIds.isEmpty()) {
            int[] ids = blockIds.stream().mapToInt(Integer::intValue).toArray();
            for (int group = 0; group < groupCount; group++) {
                slotOps.add(new SlotOp.AppendBlocks(sequence.slotId, group, sequence.blockIds.size(), ids));
            }
            sequence.blockIds.addAll(blockIds);
        }
    }

    /** Runs what is planned and hands results to their sequences. */
    public StepResult step() {
        planned.sort(Comparator.comparing(each -> each.row().tokenCount() > 1));
        List<PlanRow> rows = planned.stream().map(Planned::row).toList();
        int tokens = rows.stream().mapToInt(PlanRow::tokenCount).sum();
        PendingStep step = runner.launch(new StepPlan(stepId++, List.copyOf(slotOps), rows, tokens));
        List<TokenMask> tokenMasks = new ArrayList<>();
        for (int r = 0; r < planned.size(); r++) {
            long[] mask = planned.get(r).mask();
            if (mask != null) {
                tokenMasks.add(new TokenMask(r, mask));
            }
        }
        step.sample(tokenMasks);
        StepResult result = step.await();
        for (int r = 0; r < planned.size(); r++) {
            Sequence sequence = planned.get(r).sequence();
            sequence.status = result.statuses()[r];
            for (int i = 0; i < result.tokenCount(r); i++) {
                sequence.add(result.tokenId(r, i));
            }
            sequence.logprobs.addAll(result.logprobs(r));
            sequence.scores.addAll(result.scores(r));
        }
        slotOps.clear();
        planned.clear();
        return result;
    }

    /** Feeds what is known of each sequence and draws so many tokens of each, all in the same steps. */
    public void run(int drawnTokens, Sequence... sequences) {
        for (Sequence sequence : sequences) {
            feedAll(sequence);
        }
        step();
        for (int i = 1; i < drawnTokens; i++) {
            for (Sequence sequence : sequences) {
                decode(sequence);
            }
            step();
        }
    }
}
