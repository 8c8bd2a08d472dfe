package dev.javelin.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.backend.FakeModelRunner;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.FinishReason;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.kvcache.CacheLayout;
import dev.javelin.kvcache.KvCacheManager;
import dev.javelin.scheduler.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineLoopTest {
    private static final int[] NO_END = {};

    private final List<TokenBatch> batches = new ArrayList<>();
    private long nanos;
    private long ordinal;

    /** One loop with its parts. */
    private final class Rig {
        final FakeModelRunner runner;
        final EngineLoop loop;
        ArrayDeque<LaunchedStep> inFlight = new ArrayDeque<>();

        Rig(int blockCount, int slots, int stepTokens, int stepsInFlight, boolean prefixCaching) {
            runner = new FakeModelRunner(4, blockCount, slots, stepTokens, stepsInFlight);
            KvCacheManager cache = new KvCacheManager(List.of(new CacheLayout(4, blockCount)), "model", prefixCaching);
            loop = new EngineLoop(
                    runner, cache, new Scheduler(cache, slots, stepTokens), batches::add, () -> nanos += 10);
        }

        EngineTicket submit(int[] prompt, int maxTokens, int choices, int... endTokens) {
            return submit(new EngineRequest(
                    "r" + ordinal,
                    prompt,
                    SamplingParams.GREEDY,
                    7,
                    maxTokens,
                    0,
                    endTokens,
                    LogprobOptions.NONE,
                    choices,
                    0,
                    ""));
        }

        EngineTicket submit(EngineRequest request) {
            EngineTicket ticket = new EngineTicket(request, ordinal++, nanos, loop::onSignal);
            loop.onSubmit(ticket);
            return ticket;
        }

        void step() {
            inFlight = loop.step(inFlight);
            loop.checkIntegrity();
        }

        void run() {
            int guard = 0;
            while (!loop.isIdle() || !inFlight.isEmpty()) {
                step();
                assertThat(guard++).as("steps without an end").isLessThan(10_000);
            }
            loop.flush();
        }
    }

    private List<TokenBatch.RequestEnd> ends() {
        return batches.stream().flatMap(batch -> batch.ended().stream()).toList();
    }

    private int[] answer(EngineTicket ticket, int choice) {
        return batches.stream()
                .flatMap(batch -> batch.updates().stream())
                .filter(update -> update.ticket().equals(ticket) && update.choiceIndex() == choice)
                .flatMapToInt(update -> IntStream.of(update.tokenIds()))
                .toArray();
    }

    private FinishReason reason(EngineTicket ticket, int choice) {
        List<FinishReason> reasons = new ArrayList<>();
        for (TokenBatch batch : batches) {
            for (TokenBatch.ChoiceUpdate update : batch.updates()) {
                TokenBatch.ChoiceEnd end = update.end();
                if (end != null && update.ticket().equals(ticket) && update.choiceIndex() == choice) {
                    reasons.add(end.reason());
                }
            }
        }
        assertThat(reasons).as("a choice ends once").hasSize(1);
        return reasons.getFirst();
    }

    private static int[] expected(int[] prompt, int count, int choice) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + count);
        for (int i = prompt.length; i < tokens.length; i++) {
            tokens[i] = FakeModelRunner.nextToken(tokens, i, choice);
        }
        return Arrays.copyOfRange(tokens, prompt.length, tokens.length);
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "4"})
    void answersAreTheModelsWhateverIsInFlight(int stepsInFlight) {
        Rig rig = new Rig(64, 4, 16, stepsInFlight, true);
        List<EngineTicket> tickets = new ArrayList<>();
        for (int request = 0; request < 9; request++) {
            int start = request;
            tickets.add(rig.submit(
                    IntStream.range(0, 5 + 3 * request).map(i -> i + start % 2).toArray(), 3 + request, 1));
        }
        rig.run();
        for (EngineTicket ticket : tickets) {
            assertThat(answer(ticket, 0))
                    .containsExactly(expected(
                            ticket.request().promptTokenIds(), ticket.request().maxTokens(), 0));
        }
        assertThat(ends()).hasSize(9).allMatch(end -> end.failure() == null);
        EngineSnapshot snapshot = rig.loop.snapshot(EngineState.READY);
        assertThat(snapshot.usedBlocks()).isZero();
        assertThat(snapshot.finishedRequests()).isEqualTo(9);
        assertThat(snapshot.generatedTokens()).isEqualTo(3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11);
    }

    @Test
    void oneRunnerStepInFlightNeverHoldsTwo() {
        Rig rig = new Rig(64, 4, 16, 1, true);
        rig.submit(new int[] {1, 2, 3}, 5, 1);
        while (!rig.loop.isIdle()) {
            rig.step();
            assertThat(rig.inFlight.size()).isLessThanOrEqualTo(1);
        }
        assertThat(rig.loop.snapshot(EngineState.READY).overrunTokens()).isZero();
    }

    @Test
    void firstSchedulingIsToldOnce() {
        Rig rig = new Rig(64, 1, 16, 2, true);
        EngineTicket first = rig.submit(new int[] {1, 2, 3}, 4, 2);
        EngineTicket second = rig.submit(new int[] {4, 5, 6}, 4, 1);
        rig.run();
        assertThat(batches.stream().flatMap(batch -> batch.scheduled().stream()))
                .containsExactly(first, second);
    }

    @Test
    void everyChoiceHasItsOwnAnswer() {
        Rig rig = new Rig(64, 4, 16, 2, true);
        int[] prompt = IntStream.range(0, 11).toArray();
        EngineTicket ticket = rig.submit(prompt, 6, 3);
        rig.run();
        assertThat(answer(ticket, 0)).containsExactly(expected(prompt, 6, 0));
        assertThat(answer(ticket, 1)).containsExactly(expected(prompt, 6, 1));
        assertThat(answer(ticket, 2)).containsExactly(expected(prompt, 6, 2));
        assertThat(ends()).hasSize(1);
    }

    @Test
    void cancelFreesBlocksWithinTwoSteps() {
        Rig rig = new Rig(64, 4, 16, 2, true);
        EngineTicket ticket = rig.submit(IntStream.range(0, 40).toArray(), 20, 1);
        rig.step();
        rig.step();
        ticket.cancel();
        rig.step();
        rig.step();
        assertThat(rig.loop.snapshot(EngineState.READY).usedBlocks()).isZero();
        assertThat(reason(ticket, 0)).isEqualTo(FinishReason.CANCELLED);
        assertThat(ends()).hasSize(1);
    }

    @Test
    void finishedChoiceEndsWithStopAndTheOthersGoOn() {
        Rig rig = new Rig(64, 4, 16, 2, true);
        EngineTicket ticket = rig.submit(new int[] {1, 2, 3}, 9, 2);
        rig.step();
        rig.step();
        rig.step();
        ticket.finishChoice(0);
        rig.run();
        assertThat(reason(ticket, 0)).isEqualTo(FinishReason.STOP);
        assertThat(reason(ticket, 1)).isEqualTo(FinishReason.LENGTH);
        assertThat(answer(ticket, 1)).hasSize(9);
    }

    @Test
    void badLogitsFailTheirRequestOnly() {
        Rig rig = new Rig(64, 4, 16, 2, true);
        EngineTicket bad = rig.submit(new int[] {1, 2, 3}, 9, 2);
        EngineTicket good = rig.submit(new int[] {4, 5, 6}, 9, 1);
        rig.runner.failSequences(id -> id == 1);
        rig.run();
        Map<EngineTicket, JavelinException> failures = new HashMap<>();
        for (TokenBatch.RequestEnd end : ends()) {
            if (end.failure() != null) {
                failures.put(end.ticket(), end.failure());
            }
        }
        assertThat(failures).containsOnlyKeys(bad);
        assertThat(failures.get(bad)).extracting("code").isEqualTo(ErrorCode.NUMERICS_FAILED);
        assertThat(answer(good, 0)).hasSize(9);
    }

    @Test
    void promptScoresArriveOnceEachThoughThePromptIsPreempted() {
        Rig rig = new Rig(12, 3, 8, 2, true);
        LogprobOptions scores = new LogprobOptions(null, 0);
        int[] prompt = IntStream.range(0, 21).toArray();
        rig.submit(IntStream.range(50, 60).toArray(), 20, 1);
        EngineTicket scored =
                rig.submit(new EngineRequest("s", prompt, SamplingParams.GREEDY, 1, 9, 0, NO_END, scores, 1, 0, ""));
        rig.run();
        List<Integer> ids = batches.stream()
                .flatMap(batch -> batch.updates().stream())
                .filter(update -> update.ticket().equals(scored))
                .flatMap(update -> update.promptScores().stream())
                .map(TokenLogprobs::tokenId)
                .toList();
        assertThat(ids).containsExactlyElementsOf(IntStream.range(1, 21).boxed().toList());
    }

    @Test
    void failureReachesEveryRequest() {
        Rig rig = new Rig(64, 2, 16, 2, true);
        rig.submit(new int[] {1}, 9, 2);
        rig.submit(new int[] {2}, 9, 1);
        rig.step();
        rig.loop.failAll(new JavelinException(ErrorCode.DEVICE_FAILED, "lost"));
        assertThat(ends()).hasSize(2).allMatch(end -> end.failure() != null);
        assertThat(rig.loop.isIdle()).isTrue();
        rig.run();
        assertThat(ends()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, true", "2, 2, true", "3, 2, false", "4, 4, true", "5, 1, false", "6, 2, true"})
    void randomOperationsKeepTheBooksAndEveryAnswerRight(long seed, int stepsInFlight, boolean prefixCaching) {
        Random random = new Random(seed);
        Rig rig = new Rig(24, 5, 12, stepsInFlight, prefixCaching);
        List<EngineTicket> tickets = new ArrayList<>();
        for (int operation = 0; operation < 3_000; operation++) {
            int dice = random.nextInt(100);
            if (dice < 18) {
                int shared = random.nextInt(3);
                int[] prompt = IntStream.range(0, 1 + random.nextInt(40))
                        .map(i -> i < 17 ? i + 100 * shared : random.nextInt(900))
                        .toArray();
                int[] ends = random.nextInt(4) == 0
                        ? random.ints(200, 0, 997).sorted().distinct().toArray()
                        : NO_END;
                tickets.add(rig.submit(prompt, 1 + random.nextInt(30), 1 + random.nextInt(3), ends));
            } else if (dice < 22 && !tickets.isEmpty()) {
                tickets.get(random.nextInt(tickets.size())).cancel();
            } else if (dice < 25 && !tickets.isEmpty()) {
                EngineTicket ticket = tickets.get(random.nextInt(tickets.size()));
                ticket.finishChoice(random.nextInt(ticket.request().choiceCount()));
            } else {
                rig.step();
            }
        }
        rig.run();
        assertThat(ends()).as("seed %d", seed).hasSize(tickets.size()).doesNotHaveDuplicates();
        for (EngineTicket ticket : tickets) {
            for (int choice = 0; choice < ticket.request().choiceCount(); choice++) {
                int[] answer = answer(ticket, choice);
                assertThat(answer)
                        .as("seed %d, %s, choice %d", seed, ticket.request().requestId(), choice)
                        .containsExactly(expected(ticket.request().promptTokenIds(), answer.length, choice));
                reason(ticket, choice);
            }
        }
        EngineSnapshot snapshot = rig.loop.snapshot(EngineState.READY);
        assertThat(snapshot.usedBlocks()).isZero();
        assertThat(snapshot.preemptionCount()).as("seed %d preempts", seed).isPositive();
        assertThat(snapshot.finishedRequests()).isEqualTo(tickets.size());
    }
}
