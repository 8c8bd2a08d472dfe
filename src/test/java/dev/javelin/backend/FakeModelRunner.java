package dev.javelin.backend;

import dev.javelin.generation.TokenLogprobs;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;

/**
 * A runner whose blocks hold token ids: the next token is a hash of what a slot's block table shows, so that a wrong
 * block, a lost write or a stale prefix changes the answer.
 */
public final class FakeModelRunner implements ModelRunner {
    private final RunnerDescription description;
    private final int blockTokens;
    private final int[][] blocks;
    private final Slot[] slots;
    private final List<StepPlan> plans = new ArrayList<>();
    private LongPredicate badSequences = sequenceId -> false;
    private boolean closed;

    private static final class Slot {
        long sequenceId = -1;
        int length;
        int lastToken = -1;
        int choiceIndex;
        int[] table = {};
    }

    public FakeModelRunner(int blockTokens, int blockCount, int maxSlots, int maxStepTokens, int maxStepsInFlight) {
        this.blockTokens = blockTokens;
        this.blocks = new int[blockCount][blockTokens];
        this.slots = new Slot[maxSlots];
        Arrays.setAll(slots, slot -> new Slot());
        CacheGroup group = new CacheGroup(0, List.of(0), 1, 2, null);
        ModelSpec spec = new ModelSpec(
                "fake", "fake", 1000, 2, 4096, List.of(), new NormSpec(NormSpec.Kind.RMS, 1e-5f), true, List.of(group));
        this.description = new RunnerDescription(
                spec,
                "fake",
                List.of(new CachePlan(group, CacheFormat.F32, blockTokens, blockCount)),
                maxSlots,
                maxStepTokens,
                maxStepsInFlight,
                List.of());
    }

    /** What the model answers to these tokens: the slow twin of everything else here. */
    public static int nextToken(int[] tokens, int tokenCount, int choiceIndex) {
        int hash = 17 + choiceIndex;
        for (int i = 0; i < tokenCount; i++) {
            hash = hash * 31 + tokens[i];
        }
        return Math.floorMod(hash, 997);
    }

    /** From now on these sequences get logits that are no numbers. */
    public void failSequences(LongPredicate bad) {
        badSequences = bad;
    }

    /** Every plan that was launched. */
    public List<StepPlan> plans() {
        return plans;
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public RunnerDescription description() {
        return description;
    }

    @Override
    public PendingStep launch(StepPlan plan) {
        plans.add(plan);
        check(plan.tokenCount() <= description.maxStepTokens(), "too many tokens: " + plan);
        plan.slotOps().forEach(this::apply);
        StepResult result = run(plan);
        return new PendingStep() {
            private boolean sampled;

            @Override
            public void sample(List<TokenMask> masks) {
                check(!sampled, "sampled twice");
                sampled = true;
            }

            @Override
            public StepResult await() {
                check(sampled, "awaited before sampling");
                return result;
            }
        };
    }

    private void apply(SlotOp op) {
        Slot slot = slots[op.slotId()];
        switch (op) {
            case SlotOp.Init init -> {
                slot.sequenceId = init.sequenceId();
                slot.length = init.lengthTokens();
                slot.lastToken = -1;
                slot.choiceIndex = init.sampling().choiceIndex();
                slot.table = new int[0];
            }
            case SlotOp.AppendBlocks append -> {
                check(append.firstBlockIndex() == slot.table.length, "table has " + slot.table.length + ": " + append);
                int[] longer = Arrays.copyOf(slot.table, slot.table.length + append.blockIds().length);
                System.arraycopy(append.blockIds(), 0, longer, slot.table.length, append.blockIds().length);
                slot.table = longer;
            }
            case SlotOp.Truncate truncate -> slot.length = truncate.lengthTokens();
            case SlotOp.Fork fork -> throw new AssertionError("not planned yet: " + fork);
            case SlotOp.CopyBlock copy -> throw new AssertionError("not planned yet: " + copy);
        }
    }

    private StepResult run(StepPlan plan) {
        int rowCount = plan.rows().size();
        RowStatus[] statuses = new RowStatus[rowCount];
        int[] offsets = new int[rowCount + 1];
        int[] tokens = new int[rowCount];
        List<List<TokenLogprobs>> scores = new ArrayList<>();
        Set<Integer> slotsSeen = new HashSet<>();
        int count = 0;
        for (int row = 0; row < rowCount; row++) {
            PlanRow planRow = plan.rows().get(row);
            Slot slot = slots[planRow.slotId()];
            check(slot.sequenceId == planRow.sequenceId(), "slot of another sequence: " + planRow);
            check(slotsSeen.add(planRow.slotId()), "slot twice: " + planRow);
            write(slot, planRow);
            scores.add(Arrays.stream(planRow.scoredTokenIds())
                    .mapToObj(id -> new TokenLogprobs(id, -1, new int[0], new float[0]))
                    .toList());
            boolean bad = badSequences.test(planRow.sequenceId());
            statuses[row] = bad ? RowStatus.BAD_LOGITS : RowStatus.OK;
            if (planRow.samples()) {
                slot.lastToken = nextToken(read(slot), slot.length, slot.choiceIndex);
                if (!bad) {
                    tokens[count++] = slot.lastToken;
                }
            }
            offsets[row + 1] = count;
        }
        return new StepResult(plan.stepId(), statuses, offsets, tokens, List.of(), scores, 0);
    }

    private void write(Slot slot, PlanRow row) {
        for (int i = 0; i < row.tokenCount(); i++) {
            int token = switch (row.input()) {
                case RowInput.HostTokens host -> host.tokenIds()[host.offset() + i];
                case RowInput.LastSampled last -> slot.lastToken;
            };
            check(token >= 0, "no token was sampled for " + row);
            blocks[slot.table[slot.length / blockTokens]][slot.length % blockTokens] = token;
            slot.length++;
        }
    }

    private int[] read(Slot slot) {
        int[] tokens = new int[slot.length];
        Arrays.setAll(tokens, i -> blocks[slot.table[i / blockTokens]][i % blockTokens]);
        return tokens;
    }

    private static void check(boolean holds, String problem) {
        if (!holds) {
            throw new AssertionError(problem);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
