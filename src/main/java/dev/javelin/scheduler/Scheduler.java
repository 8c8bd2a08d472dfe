package dev.javelin.scheduler;

import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowStatus;
import dev.javelin.backend.StepResult;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.kvcache.KvCacheManager;
import dev.javelin.kvcache.SequenceBlocks;
import dev.javelin.ownership.EngineThread;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;

/**
 * Decides which tokens run next and what results mean. Confined to the engine thread. The package's page says by which
 * rules.
 */
@EngineThread
public final class Scheduler {
    static final int[] NO_TOKENS = {};

    private final KvCacheManager cache;
    private final int maxStepTokens;
    private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
    private final int slotCount;
    private final TreeSet<Sequence> waiting = new TreeSet<>(Sequence.RANK);
    private final TreeSet<Sequence> running = new TreeSet<>(Sequence.RANK);
    private long nextStepId;
    private long promptTokens;
    private long cachedPromptTokens;
    private long generatedTokens;
    private long overrunTokens;
    private long computedTokens;
    private long preemptionCount;

    /**
     * A scheduler without sequences.
     *
     * @param cache gives the blocks
     * @param slotCount sequences that can run at once
     * @param maxStepTokens token budget of a step, at least {@code slotCount}
     */
    public Scheduler(KvCacheManager cache, int slotCount, int maxStepTokens) {
        if (maxStepTokens < slotCount) {
            throw new IllegalArgumentException(
                    "a step of " + maxStepTokens + " tokens cannot hold one of each of " + slotCount + " slots");
        }
        this.cache = cache;
        this.slotCount = slotCount;
        this.maxStepTokens = maxStepTokens;
        for (int slot = 0; slot < slotCount; slot++) {
            freeSlots.add(slot);
        }
    }

    /** Takes a new sequence; it must fit an empty cache. */
    public void add(Sequence sequence) {
        if (!waiting.add(sequence)) {
            throw new IllegalArgumentException("two sequences have the rank of " + sequence.request());
        }
    }

    /** Whether there is nobody left. */
    public boolean isEmpty() {
        return waiting.isEmpty() && running.isEmpty();
    }

    /** Sequences that hold nothing yet, or no longer. */
    public int waitingCount() {
        return waiting.size();
    }

    /** Sequences with a slot. */
    public int runningCount() {
        return running.size();
    }

    /** What was counted since the start. */
    public SchedulerCounters counters() {
        return new SchedulerCounters(
                promptTokens, cachedPromptTokens, generatedTokens, overrunTokens, computedTokens, preemptionCount);
    }

    /** Plans the next step; {@link PlannedStep#isEmpty} if nobody can run before a step in flight completes. */
    public PlannedStep plan() {
        StepBuilder step = new StepBuilder(maxStepTokens);
        long preemptedBefore = preemptionCount;
        planDecodes(step);
        for (Sequence sequence : running) {
            if (sequence.unplannedTokens() > 1 && step.remainingTokens() > 0) {
                step.addRow(sequence);
            }
        }
        if (preemptionCount == preemptedBefore) {
            admitWaiting(step);
        }
        PlannedStep planned = step.build(nextStepId);
        if (!planned.isEmpty()) {
            nextStepId++;
            computedTokens += planned.plan().tokenCount();
        }
        return planned;
    }

    private void planDecodes(StepBuilder step) {
        for (Sequence sequence : List.copyOf(running)) {
            boolean decodes = sequence.state() == SequenceState.RUNNING
                    && sequence.unplannedTokens() == 1
                    && !sequence.mayBeFull();
            if (decodes) {
                int heldBlocks = sequence.blocks().blockCount();
                if (growOrPreempt(sequence)) {
                    step.addBlocks(sequence, heldBlocks);
                    step.addRow(sequence);
                }
            }
        }
    }

    /** Makes room for one more token; whether the sequence still runs. */
    private boolean growOrPreempt(Sequence sequence) {
        while (!cache.tryGrow(sequence.blocks(), sequence.plannedTokens() + 1)) {
            Sequence victim = running.last();
            preemptionCount++;
            leave(victim, SequenceState.WAITING);
            waiting.add(victim);
            if (sequence.state() != SequenceState.RUNNING) {
                return false;
            }
        }
        return true;
    }

    private void admitWaiting(StepBuilder step) {
        Iterator<Sequence> candidates = waiting.iterator();
        while (candidates.hasNext() && step.remainingTokens() > 0 && !freeSlots.isEmpty()) {
            Sequence sequence = candidates.next();
            if (cache.prefixCaching() && sequence.waitsForLeader()) {
                continue;
            }
            SequenceBlocks blocks = cache.newSequence(sequence.request().cacheSalt());
            int cachedTokens = cache.tryAdmit(
                    blocks, sequence.tokenIds(), sequence.tokenCount(), running.size(), sequence.mayUsePrefix());
            if (cachedTokens < 0) {
                return;
            }
            candidates.remove();
            sequence.admit(freeSlots.removeFirst(), blocks, cachedTokens);
            running.add(sequence);
            if (sequence.epoch() == 0) {
                if (sequence.isFirstChoice()) {
                    promptTokens += sequence.tokenCount();
                    cachedPromptTokens += cachedTokens;
                }
                step.addAdmission(sequence, cachedTokens);
            }
            step.addInit(sequence, cachedTokens);
            step.addBlocks(sequence, 0);
            step.addRow(sequence);
        }
    }

    /**
     * Takes a step's result: appends tokens, ends sequences, frees and remembers blocks. Steps complete in the order
     * they were planned.
     *
     * @param step as {@link #plan()} gave it
     * @param result as the runner gave it
     * @return news of each sequence that still was what it was when the step was planned
     */
    public List<SequenceNews> complete(PlannedStep step, StepResult result) {
        List<SequenceNews> news = new ArrayList<>(step.sequences().size());
        for (int row = 0; row < step.sequences().size(); row++) {
            Sequence sequence = step.sequences().get(row);
            if (sequence.epoch() == step.epochs()[row]) {
                news.add(completeRow(sequence, step.plan().rows().get(row), row, result));
            } else {
                overrunTokens += result.tokenCount(row);
            }
        }
        return news;
    }

    private SequenceNews completeRow(Sequence sequence, PlanRow row, int rowIndex, StepResult result) {
        int knownScores = sequence.complete(row.tokenCount(), row.samples(), row.scoredTokenIds().length);
        boolean failed = result.statuses()[rowIndex] == RowStatus.BAD_LOGITS;
        FinishReason finish = failed ? FinishReason.ERROR : null;
        int taken = 0;
        while (finish == null && taken < result.tokenCount(rowIndex)) {
            int tokenId = result.tokenId(rowIndex, taken++);
            sequence.append(tokenId);
            if (Arrays.binarySearch(sequence.request().endTokenIds(), tokenId) >= 0) {
                finish = FinishReason.STOP;
            } else if (sequence.answerTokens() >= sequence.request().maxTokens()) {
                finish = FinishReason.LENGTH;
            }
        }
        generatedTokens += taken;
        if (!failed) {
            cache.remember(sequence.blocks(), sequence.tokenIds(), sequence.computedTokens());
        }
        if (finish != null) {
            end(sequence);
        }
        int from = result.tokenOffsets()[rowIndex];
        return new SequenceNews(
                sequence,
                taken == 0 ? NO_TOKENS : Arrays.copyOfRange(result.tokenIds(), from, from + taken),
                result.logprobs(rowIndex),
                failed ? List.of() : newScores(result.scores(rowIndex), knownScores),
                finish);
    }

    /** A prompt that was preempted while it was scored is scored again from its first token. */
    private static List<TokenLogprobs> newScores(List<TokenLogprobs> scores, int knownScores) {
        return scores.subList(Math.min(knownScores, scores.size()), scores.size());
    }

    /** Ends a sequence, whatever it was doing; nothing happens if it has ended. */
    public void end(Sequence sequence) {
        switch (sequence.state()) {
            case WAITING -> {
                waiting.remove(sequence);
                sequence.leave(SequenceState.ENDED);
            }
            case RUNNING -> leave(sequence, SequenceState.ENDED);
            case ENDED -> {}
        }
    }

    private void leave(Sequence sequence, SequenceState next) {
        running.remove(sequence);
        cache.release(sequence.blocks());
        freeSlots.addLast(sequence.slotId());
        sequence.leave(next);
    }

    /**
     * Checks that slots and blocks are where the books say.
     *
     * @throws IllegalStateException naming what disagrees
     */
    public void checkIntegrity() {
        if (freeSlots.size() + running.size() != slotCount) {
            throw new IllegalStateException(
                    freeSlots.size() + " free slots and " + running.size() + " running sequences are not " + slotCount);
        }
        boolean[] taken = new boolean[slotCount];
        for (Sequence sequence : running) {
            if (taken[sequence.slotId()] || freeSlots.contains(sequence.slotId())) {
                throw new IllegalStateException("slot " + sequence.slotId() + " is taken twice");
            }
            taken[sequence.slotId()] = true;
            int heldTokens = sequence.blocks().blockCount() * cache.blockTokens();
            if (sequence.plannedTokens() > heldTokens) {
                throw new IllegalStateException("sequence " + sequence.request().sequenceId() + " plans "
                        + sequence.plannedTokens() + " tokens, its blocks hold " + heldTokens);
            }
        }
        cache.checkIntegrity(running.stream().map(Sequence::blocks).toList());
    }
}
