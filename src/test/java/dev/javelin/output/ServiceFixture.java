package dev.javelin.output;

import dev.javelin.engine.EngineRequest;
import dev.javelin.generation.GenerationRequest;
import dev.javelin.generation.LogprobOptions;
import dev.javelin.generation.Prompt;
import dev.javelin.generation.SamplingParams;
import dev.javelin.generation.StopCriteria;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;

/** A service over a scripted engine whose threads are queues that the test empties. */
final class ServiceFixture {
    static final int CONTEXT_TOKENS = 64;

    final ManualExecutor tokenize = new ManualExecutor();
    final ManualExecutor lane = new ManualExecutor();
    final TokenDistributor distributor = new TokenDistributor(List.of(lane));
    final AtomicLong seeds = new AtomicLong(1000);
    final ScriptedEngine engine;
    final GenerationService service;

    ServiceFixture(int queueLimitCount, ScriptedEngine.Script script) {
        engine = new ScriptedEngine(script, distributor);
        service = new GenerationService(
                engine,
                distributor,
                ByteText.model(CONTEXT_TOKENS),
                new GenerationService.Threads(tokenize, queueLimitCount),
                new GenerationService.Sources(System::nanoTime, seeds::getAndIncrement));
    }

    static ServiceFixture saying(String answer) {
        return new ServiceFixture(8, script((request, choice) -> ByteText.withEos(answer)));
    }

    static ScriptedEngine.Script script(BiFunction<EngineRequest, Integer, int[]> tokens) {
        return tokens::apply;
    }

    static GenerationRequest request(String id, StopCriteria stop) {
        return request(id, new Prompt.Text("hi", true), stop, 1);
    }

    static GenerationRequest request(String id, Prompt prompt, StopCriteria stop, int choiceCount) {
        return new GenerationRequest(id, prompt, SamplingParams.GREEDY, stop, LogprobOptions.NONE, choiceCount, 0, "");
    }

    static StopCriteria stop(String... strings) {
        return new StopCriteria(null, 0, List.of(strings), List.of(), false, false);
    }

    /** Runs everything until nothing is left to do. */
    void runAll() {
        do {
            tokenize.runAll();
            lane.runAll();
        } while (engine.step());
        lane.runAll();
    }

    /** Tasks wait until the test runs them. */
    static final class ManualExecutor implements Executor {
        final Queue<Runnable> tasks = new ArrayDeque<>();
        boolean rejects;

        @Override
        public void execute(Runnable task) {
            if (rejects) {
                throw new RejectedExecutionException("full");
            }
            tasks.add(task);
        }

        boolean runOne() {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            }
            return task != null;
        }

        void runAll() {
            while (runOne()) {}
        }
    }
}
