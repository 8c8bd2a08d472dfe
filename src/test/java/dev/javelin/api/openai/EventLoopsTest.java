package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.output.WorkerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
                .blockingMethodCallback(method -> note(method.toString()))
                .install();
        Mono.fromRunnable(() -> wait(new CountDownLatch(1)))
                .subscribeOn(Schedulers.parallel())
                .block();
        assertThat(BLOCKED).as("a planted wait is noticed").isNotEmpty();

        try (TestServer server = new TestServer()) {
            exercise(server.port()); // what only the first requests do (class loading) is not what is tested
            BLOCKED.clear();
            IntStream.range(0, 8).parallel().forEach(i -> exercise(server.port()));
        }
        assertThat(BLOCKED).isEmpty();
    }

    private static void exercise(int port) {
        for (boolean stream : new boolean[] {false, true}) {
            post(port, "/v1/completions", "{\"prompt\":[\"say a\",\"say b\"],\"n\":2,\"stream\":" + stream + "}");
            post(
                    port,
                    "/v1/chat/completions",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"say a STOP b\"}],\"stop\":\"STOP\",\"logprobs\":true,"
                            + "\"unknown\":1,\"stream\":" + stream + "}");
        }
        post(port, "/v1/completions", "{\"prompt\":\"" + "x".repeat(70_000) + "\"}");
        post(port, "/tokenize", "{\"prompt\":\"abc\"}");
        post(port, "/detokenize", "{\"tokens\":[1,2]}");
        post(port, "/v1/completions", "{\"prompt\":7}");
        send(port, "GET /v1/models HTTP/1.1\r\n", "");
        send(port, "GET /health HTTP/1.1\r\n", "");
    }

    private static void post(int port, String path, String body) {
        send(port, "POST " + path + " HTTP/1.1\r\nContent-Type: application/json\r\n", body);
    }

    /** A socket of its own: the JDK's client keeps threads that the instrumentation disturbs. */
    private static void send(int port, String head, String body) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            String request =
                    head + "Host: x\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 ");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void wait(CountDownLatch never) {
        try {
            assertThat(never.await(200, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Classes are loaded once; and idle threads that other tests started are no news: their way in was not watched. */
    private static void note(String method) {
        StringBuilder trace = new StringBuilder(Thread.currentThread().getName() + ": " + method);
        for (StackTraceElement frame : Thread.currentThread().getStackTrace()) {
            trace.append("\n    ").append(frame);
        }
        boolean idle = trace.indexOf("ThreadPoolExecutor.getTask") >= 0;
        boolean loadsClass = trace.indexOf("ClassLoader.loadClass") >= 0;
        if (!idle && !loadsClass) {
            BLOCKED.add(trace.toString());
        }
    }
}
