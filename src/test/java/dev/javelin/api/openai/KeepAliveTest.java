package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** One connection serves request after request, whatever the mix of answers given at once and later. */
class KeepAliveTest {
    private static final int ROUNDS = 300;

    @Test
    void aConnectionNeverFallsSilent() throws IOException {
        try (TestServer server = new TestServer();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(10_000);
            for (int i = 0; i < ROUNDS; i++) {
                assertThat(send(socket, "POST /tokenize HTTP/1.1\r\n", "{\"prompt\":\"abc\"}"))
                        .as("round " + i)
                        .startsWith("{\"count\":4");
                assertThat(send(socket, "GET /health HTTP/1.1\r\n", ""))
                        .as("round " + i)
                        .startsWith("{\"status\":\"ok\"");
            }
        }
    }

    private static String send(Socket socket, String head, String body) throws IOException {
        String request = head + "Host: x\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        InputStream in = socket.getInputStream();
        StringBuilder headers = new StringBuilder();
        while (headers.indexOf("\r\n\r\n") < 0) {
            headers.append((char) in.read());
        }
        String lower = headers.toString().toLowerCase(Locale.ROOT);
        int at = lower.indexOf("content-length:") + "content-length:".length();
        int length =
                Integer.parseInt(lower.substring(at, lower.indexOf('\r', at)).strip());
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
