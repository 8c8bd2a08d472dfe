package dev.javelin.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.backend.FakeModelRunner;
import dev.javelin.backend.ModelRunner;
import dev.javelin.backend.PendingStep;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.backend.StepPlan;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.SamplingParams;
import dev.javelin.kvcache.CacheLayout;
import dev.javelin.kvcache.KvCacheManager;
import dev.javelin.scheduler.Scheduler;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadedEngineTest {
    private final LinkedBlockingQueue<TokenBatch.RequestEnd> ends = new LinkedBlockingQueue<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final FakeModelRunner runner = new FakeModelRunner(4, 64, 4, 16, 2);
    private @Nullable ThreadedEngine made;

    private ThreadedEngine engine(ModelRunner over) {
        KvCacheManager cache = new KvCacheManager(List.of(new CacheLayout(4, 64)), "model", true);
        ThreadedEngine engine = new ThreadedEngine(
                over,
                cache,
                new Scheduler(cache, 4, 16),
                batch -> ends.addAll(batch.ended()),
                System::nanoTime,
                Duration.ofMillis(20),
                cause -> {
                    failure.set(cause);
                    failed.countDown();
                });
        made = engine;
        return engine;
    }

    @AfterEach
    void closeEngine() {
        if (made != null) {
            made.close();
        }
    }

    private static EngineRequest request(int maxTokens) {
        return new EngineRequest(
                "r",
                new int[] {1, 2, 3},
                SamplingParams.GREEDY,
                1,
                maxTokens,
                0,
                new int[0],
                LogprobOptions.NONE,
                1,
                0,
                "");
    }

    private TokenBatch.@Nullable RequestEnd nextEnd() throws InterruptedException {
        return ends.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void takesRequestsOnlyWhileReady() {
        ThreadedEngine engine = engine(runner);
        assertThatThrownBy(() -> engine.submit(request(1)))
                .isInstanceOf(JavelinException.class)
                .extracting("code")
                .isEqualTo(ErrorCode.NOT_READY);
        engine.start();
        engine.submit(request(1));
        assertThat(engine.drain(Duration.ofSeconds(10))).isTrue();
        assertThatThrownBy(() -> engine.submit(request(1))).hasMessageContaining("draining");
    }

    @Test
    void refusesWhatCouldNeverFitWithBothNumbers() {
        ThreadedEngine engine = engine(runner);
        engine.start();
        assertThatThrownBy(() -> engine.submit(request(254)))
                .hasMessageContaining("257")
                .hasMessageContaining("256");
    }

    @Test
    void drainLetsRunningRequestsFinish() throws Exception {
        ThreadedEngine engine = engine(runner);
        engine.start();
        for (int i = 0; i < 10; i++) {
            engine.submit(request(20));
        }
        assertThat(engine.drain(Duration.ofSeconds(10))).isTrue();
        assertThat(ends).hasSize(10).allMatch(end -> end.failure() == null);
        assertThat(engine.snapshot().usedBlocks()).isZero();
    }

    @Test
    void graceTimeEndsTheRestWithAnError() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        ThreadedEngine engine = engine(new SlowRunner(runner, release));
        engine.start();
        engine.submit(request(200));
        Thread.ofPlatform().start(() -> {
            try {
                Thread.sleep(300);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            release.countDown();
        });
        assertThat(engine.drain(Duration.ofMillis(50))).isFalse();
        TokenBatch.RequestEnd end = nextEnd();
        assertThat(end).isNotNull();
        assertThat(end.failure()).isNotNull().hasMessageContaining("shutting down");
    }

    @Test
    void closeEndsEveryRequestOnceAndClosesTheRunner() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        ThreadedEngine engine = engine(new SlowRunner(runner, release));
        engine.start();
        engine.submit(request(200));
        engine.submit(request(200));
        release.countDown();
        engine.close();
        assertThat(ends).hasSize(2);
        assertThat(runner.isClosed()).isTrue();
        assertThat(engine.snapshot().state()).isEqualTo(EngineState.STOPPED);
    }

    @Test
    void deviceErrorEndsEverythingAndIsTold() throws Exception {
        ThreadedEngine engine = engine(new BrokenRunner(runner));
        engine.start();
        engine.submit(request(5));
        assertThat(failed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(failure.get()).hasMessageContaining("bus error");
        TokenBatch.RequestEnd end = nextEnd();
        assertThat(end).isNotNull();
        assertThat(end.failure()).isNotNull().extracting("code").isEqualTo(ErrorCode.DEVICE_FAILED);
        assertThat(engine.snapshot().state()).isEqualTo(EngineState.FAILED);
        assertThatThrownBy(() -> engine.submit(request(1))).hasMessageContaining("failed");
    }

    @Test
    void idleEngineDoesNotSpin() throws Exception {
        ThreadedEngine engine = engine(runner);
        engine.start();
        engine.submit(request(5));
        assertThat(nextEnd()).isNotNull();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long engineThread = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("engine"))
                .mapToLong(Thread::threadId)
                .max()
                .orElseThrow();
        Thread.sleep(50);
        long before = threads.getThreadCpuTime(engineThread);
        Thread.sleep(500);
        assertThat(threads.getThreadCpuTime(engineThread) - before).isLessThan(TimeUnit.MICROSECONDS.toNanos(2_500));
    }

    @Test
    void submissionsFromManyThreadsAllEndOnce() throws Exception {
        ThreadedEngine engine = engine(runner);
        engine.start();
        Set<Thread> threads = new HashSet<>();
        for (int t = 0; t < 4; t++) {
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 50; i++) {
                    EngineTicket ticket = engine.submit(request(1 + i % 7));
                    if (i % 5 == 0) {
                        ticket.cancel();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(engine.drain(Duration.ofSeconds(20))).isTrue();
        assertThat(ends).hasSize(200);
        assertThat(engine.snapshot().usedBlocks()).isZero();
    }

    @Test
    void warmUpRunsBeforeTheFirstRequestAndNeverAfter() throws Exception {
        ThreadedEngine engine = engine(runner);
        engine.start();
        while (runner.plans().size() < 5) {
            Thread.sleep(1);
        }
        engine.submit(request(5));
        TokenBatch.RequestEnd end = nextEnd();
        assertThat(end).isNotNull();
        assertThat(end.failure()).isNull();
        int steps = runner.plans().size();
        Thread.sleep(50);
        assertThat(runner.plans()).hasSize(steps);
        assertThat(engine.snapshot().promptTokens()).isEqualTo(3);
    }

    /** Waits in each step until it is released. */
    private record SlowRunner(ModelRunner runner, CountDownLatch release) implements ModelRunner {
        @Override
        public RunnerDescription description() {
            return runner.description();
        }

        @Override
        public PendingStep launch(StepPlan plan) {
            try {
                release.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return runner.launch(plan);
        }

        @Override
        public void close() {
            runner.close();
        }
    }

    /** Fails at the first launch. */
    private record BrokenRunner(ModelRunner runner) implements ModelRunner {
        @Override
        public RunnerDescription description() {
            return runner.description();
        }

        @Override
        public PendingStep launch(StepPlan plan) {
            throw new IllegalStateException("bus error");
        }

        @Override
        public void close() {
            runner.close();
        }
    }
}
