package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that goes away frees its request within two steps, on a real socket. */
class DisconnectTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = new TestServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest(name = "stream {0}")
    @ValueSource(booleans = {true, false})
    void aRunningRequestEndsWithinTwoSteps(boolean stream) throws IOException {
        Socket socket = send(stream);
        Await.until("the request runs", () -> server.engine().runningRequestCount() == 1);
        server.engine().setPaused(true);
        settle();
        long signals = server.engine().signalCount();
        socket.close();
        Await.until("the request is cancelled", () -> server.engine().signalCount() > signals);
        server.engine().step();
        server.engine().step();
        assertThat(server.engine().runningRequestCount()).isZero();
        server.engine().setPaused(false);
    }

    @ParameterizedTest(name = "stream {0}")
    @ValueSource(booleans = {true, false})
    void aWaitingRequestGivesItsPlaceBack(boolean stream) throws IOException {
        server.engine().setPaused(true);
        settle();
        long finished = server.engine().snapshot().finishedRequests();
        Socket socket = send(stream);
        Await.until("the request waits", () -> server.engine().snapshot().waitingRequests() == 1);
        long signals = server.engine().signalCount();
        socket.close();
        Await.until("the request is cancelled", () -> server.engine().signalCount() > signals);
        server.engine().setPaused(false);
        Await.until("the request ends", () -> server.engine().snapshot().finishedRequests() == finished + 1);
        Await.until("its place is free", () -> server.generation().waitingRequestCount() == 0);
    }

    private static Socket send(boolean stream) throws IOException {
        String body = "{\"prompt\":\"long\",\"max_tokens\":500,\"stream\":" + stream + "}";
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream()
                .write(("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    /** A step that was under way when the engine was paused ends. */
    private static void settle() {
        long seen = -1;
        while (seen != server.engine().snapshot().stepCount()) {
            seen = server.engine().snapshot().stepCount();
            LockSupport.parkNanos(30_000_000);
        }
    }
}
