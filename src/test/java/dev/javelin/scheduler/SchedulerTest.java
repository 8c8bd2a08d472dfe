package dev.javelin.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.backend.FakeModelRunner;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.PlanRow;
import dev.javelin.backend.RowInput;
import dev.javelin.backend.SlotOp;
import dev.javelin.backend.SlotSampling;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.SamplingParams;
import dev.javelin.kvcache.CacheLayout;
import dev.javelin.kvcache.KvCacheManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static final int[] NO_END = {};

    private long nextId;
    private KvCacheManager cache = new KvCacheManager(List.of(new CacheLayout(4, 8)), "model", true);
    private FakeModelRunner runner = new FakeModelRunner(4, 8, 3, 10, 2);
    private Scheduler scheduler = new Scheduler(cache, 3, 10);

    private Sequence sequence(int[] prompt, int maxTokens, int priority, @Nullable Sequence leader, int... endTokens) {
        long id = nextId++;
        SlotSampling sampling =
                new SlotSampling(SamplingParams.GREEDY, 1, leader == null ? 0 : 1, 0, NO_END, null, null);
        SequenceRequest request =
                new SequenceRequest(id, prompt, sampling, maxTokens, endTokens, false, priority, id, "");
        return new Sequence(request, leader);
    }

    private Sequence added(int promptTokens, int maxTokens) {
        int[] prompt = IntStream.range(0, promptTokens)
                .map(i -> (int) nextId * 100 + i)
                .toArray();
        Sequence sequence = sequence(prompt, maxTokens, 0, null);
        scheduler.add(sequence);
        return sequence;
    }

    private PendingStep launched(PlannedStep step) {
        PendingStep pending = runner.launch(step.plan());
        pending.sample(List.of());
        return pending;
    }

    private List<SequenceNews> ran(PlannedStep step) {
        List<SequenceNews> news = scheduler.complete(step, launched(step).await());
        scheduler.checkIntegrity();
        return news;
    }

    private static List<String> rows(PlannedStep step) {
        List<String> rows = new ArrayList<>();
        for (PlanRow row : step.plan().rows()) {
            String input = switch (row.input()) {
                case RowInput.HostTokens host -> "host+" + host.offset();
                case RowInput.LastSampled last -> "last";
            };
            rows.add(row.sequenceId() + "@" + row.slotId() + " " + input + " x" + row.tokenCount()
                    + (row.samples() ? " sample" : ""));
        }
        return rows;
    }

    private static List<String> blocks(PlannedStep step) {
        return step.plan().slotOps().stream()
                .filter(SlotOp.AppendBlocks.class::isInstance)
                .map(SlotOp.AppendBlocks.class::cast)
                .map(op -> op.slotId() + ":" + op.firstBlockIndex()
                        + IntStream.of(op.blockIds()).boxed().toList())
                .toList();
    }

    @Test
    void decodesComeBeforeChunksAndOneBudgetHoldsBoth() {
        added(3, 9);
        added(12, 9);
        PlannedStep first = scheduler.plan();
        assertThat(rows(first)).containsExactly("0@0 host+0 x3 sample", "1@1 host+0 x7");
        assertThat(blocks(first)).containsExactly("0:0[0]", "1:0[1, 2, 3]");
        ran(first);
        PlannedStep second = scheduler.plan();
        assertThat(rows(second)).containsExactly("0@0 last x1 sample", "1@1 host+7 x5 sample");
        assertThat(blocks(second)).isEmpty();
        ran(second);
        PlannedStep third = scheduler.plan();
        assertThat(rows(third)).containsExactly("0@0 last x1 sample", "1@1 last x1 sample");
        assertThat(blocks(third)).containsExactly("0:1[4]", "1:3[5]");
    }

    @Test
    void plansTheNextTokenBeforeTheLastIsKnown() {
        Sequence sequence = added(3, 3);
        PlannedStep first = scheduler.plan();
        PendingStep firstPending = launched(first);
        PlannedStep second = scheduler.plan();
        assertThat(rows(second)).containsExactly("0@0 last x1 sample");
        PendingStep secondPending = launched(second);
        scheduler.complete(first, firstPending.await());
        PlannedStep third = scheduler.plan();
        assertThat(rows(third)).containsExactly("0@0 last x1 sample");
        PendingStep thirdPending = launched(third);
        assertThat(scheduler.plan().isEmpty())
                .as("three tokens are on their way")
                .isTrue();
        scheduler.complete(second, secondPending.await());
        List<SequenceNews> news = scheduler.complete(third, thirdPending.await());
        assertThat(news.getFirst().finish()).isEqualTo(FinishReason.LENGTH);
        assertThat(sequence.answerTokens()).isEqualTo(3);
        assertThat(scheduler.counters().overrunTokens()).isZero();
    }

    @Test
    void tokensPastAnEndAreCountedAndThrownAway() {
        int[] prompt = {1, 2, 3};
        int first = FakeModelRunner.nextToken(prompt, 3, 0);
        Sequence sequence = sequence(prompt, 9, 0, null, first);
        scheduler.add(sequence);
        PlannedStep one = scheduler.plan();
        PendingStep onePending = launched(one);
        PlannedStep two = scheduler.plan();
        PendingStep twoPending = launched(two);
        List<SequenceNews> news = scheduler.complete(one, onePending.await());
        assertThat(news.getFirst().finish()).isEqualTo(FinishReason.STOP);
        assertThat(news.getFirst().tokenIds()).containsExactly(first);
        assertThat(scheduler.complete(two, twoPending.await())).isEmpty();
        assertThat(scheduler.counters().overrunTokens()).isEqualTo(1);
        assertThat(cache.pools().getFirst().heldBlocks()).isZero();
    }

    @Test
    void secondPromptWithTheSamePrefixSkipsItsFullBlocks() {
        int[] prompt = IntStream.range(0, 9).toArray();
        scheduler.add(sequence(prompt, 1, 0, null));
        ran(scheduler.plan());
        Sequence again = sequence(prompt, 1, 0, null);
        scheduler.add(again);
        PlannedStep step = scheduler.plan();
        assertThat(rows(step)).containsExactly("1@1 host+8 x1 sample");
        assertThat(step.admitted()).containsExactly(new PlannedStep.Admission(again, 8));
        assertThat(blocks(step)).containsExactly("1:0[0, 1, 3]");
        assertThat(scheduler.counters().cachedPromptTokens()).isEqualTo(8);
    }

    @Test
    void sequenceThatRanksLastGivesUpItsBlocksAndComesBack() {
        Sequence first = added(11, 20);
        Sequence second = added(11, 9);
        int guard = 0;
        while (!scheduler.isEmpty() && guard++ < 100) {
            ran(scheduler.plan());
        }
        assertThat(scheduler.counters().preemptionCount()).isPositive();
        assertThat(first.answerTokens()).isEqualTo(20);
        assertThat(second.answerTokens()).isEqualTo(9);
        assertThat(second.epoch()).isGreaterThan(1);
        for (Sequence sequence : List.of(first, second)) {
            for (int count = 11; count < sequence.tokenCount(); count++) {
                assertThat(sequence.tokenIds()[count])
                        .isEqualTo(FakeModelRunner.nextToken(sequence.tokenIds(), count, 0));
            }
        }
    }

    @Test
    void lowerPriorityNumbersGoFirst() {
        scheduler = new Scheduler(cache, 1, 10);
        scheduler.add(sequence(new int[] {1}, 1, 5, null));
        scheduler.add(sequence(new int[] {2}, 1, -1, null));
        assertThat(rows(scheduler.plan())).containsExactly("1@0 host+0 x1 sample");
    }

    @Test
    void nobodyOvertakesTheFirstThatDoesNotFit() {
        added(20, 5);
        ran(scheduler.plan());
        added(20, 5);
        added(1, 1);
        assertThat(rows(scheduler.plan())).containsExactly("0@0 host+10 x10 sample");
        assertThat(scheduler.waitingCount()).isEqualTo(2);
    }

    @Test
    void furtherChoicesWaitForTheFirstOnesPromptAndShareIt() {
        int[] prompt = IntStream.range(0, 14).toArray();
        Sequence leader = sequence(prompt, 5, 0, null);
        scheduler.add(leader);
        scheduler.add(sequence(prompt, 5, 0, leader));
        assertThat(rows(ranAndReturned())).containsExactly("0@0 host+0 x10");
        assertThat(rows(ranAndReturned())).containsExactly("0@0 host+10 x4 sample");
        assertThat(rows(ranAndReturned())).containsExactly("0@0 last x1 sample", "1@1 host+12 x2 sample");
    }

    private PlannedStep ranAndReturned() {
        PlannedStep step = scheduler.plan();
        ran(step);
        return step;
    }

    @Test
    void badLogitsEndOneSequenceAndLeaveTheOther() {
        added(3, 9);
        Sequence healthy = added(3, 9);
        runner.failSequences(id -> id == 0);
        List<SequenceNews> news = ran(scheduler.plan());
        assertThat(news.getFirst().finish()).isEqualTo(FinishReason.ERROR);
        assertThat(news.getFirst().tokenIds()).isEmpty();
        assertThat(news.get(1).finish()).isNull();
        assertThat(healthy.answerTokens()).isEqualTo(1);
    }

    @Test
    void endedSequenceGivesSlotAndBlocksBackAtOnce() {
        Sequence sequence = added(9, 9);
        PlannedStep step = scheduler.plan();
        scheduler.end(sequence);
        assertThat(cache.pools().getFirst().heldBlocks()).isZero();
        assertThat(ran(step)).isEmpty();
        assertThat(scheduler.isEmpty()).isTrue();
    }
}
