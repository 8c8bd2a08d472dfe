package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.output.WorkerPool;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockHound;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Event loops and output threads never block, under load and with every kind of answer. */
class EventLoopsTest {
    private static final Queue<String> BLOCKED = new ConcurrentLinkedQueue<>();

    @Test
    void neverBlock() {
        BlockHound.builder()
                .loadIntegrations()
                .nonBlockingThreadPredicate(other -> other.or(t -> t.getName().startsWith("output-")))
                .allowBlockingCallsInside(WorkerPool.class.getName(), "park")
                .blockingMethodCallback(method -> BLOCKED.add(Thread.currentThread().getName() + ": " + method + trace()))
                .install();
        Mono.fromRunnable(() -> wait(new CountDownLatch(1)))
                .subscribeOn(Schedulers.parallel())
                .block();
        assertThat(BLOCKED).as("a planted wait is noticed").isNotEmpty();

        try (TestServer server = new TestServer()) {
            Http http = new Http(server.baseUrl());
            exercise(http); // what only the first requests do (class loading) is not what is tested
            BLOCKED.clear();
            IntStream.range(0, 8).parallel().forEach(i -> exercise(http));
        }
        assertThat(BLOCKED).isEmpty();
    }

    private static void exercise(Http http) {
        for (boolean stream : new boolean[] {false, true}) {
            http.post("/v1/completions", "{\"prompt\":[\"say a\",\"say b\"],\"n\":2,\"stream\":" + stream + "}");
            http.post(
                    "/v1/chat/completions",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"say a STOP b\"}],\"stop\":\"STOP\",\"logprobs\":true,"
                            + "\"unknown\":1,\"stream\":" + stream + "}");
        }
        http.post("/v1/completions", "{\"prompt\":\"" + "x".repeat(70_000) + "\"}");
        http.post("/tokenize", "{\"prompt\":\"abc\"}");
        http.post("/detokenize", "{\"tokens\":[1,2]}");
        http.post("/v1/completions", "{\"prompt\":7}");
        http.get("/v1/models");
        http.get("/health");
    }

    private static void wait(CountDownLatch never) {
        try {
            assertThat(never.await(1, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String trace() {
        StringBuilder trace = new StringBuilder();
        for (StackTraceElement frame : Thread.currentThread().getStackTrace()) {
            trace.append("\n    ").append(frame);
        }
        return trace.toString();
    }
}
