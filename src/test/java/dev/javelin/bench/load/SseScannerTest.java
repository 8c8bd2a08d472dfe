package dev.javelin.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SseScannerTest {
    private static final String TOKEN =
            "data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"text\":\" ü\"}],\"usage\":null}\n\n";
    private static final String USAGE =
            "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5}}\n\n";
    private static final String DONE = "data: [DONE]\n\n";

    private final SseScanner scanner = new SseScanner();

    private void feed(byte[] bytes, long nanos) {
        scanner.feed(Unpooled.wrappedBuffer(bytes), nanos);
    }

    private void feed(String text, long nanos) {
        feed(text.getBytes(StandardCharsets.UTF_8), nanos);
    }

    @Test
    void tokensAreTimedByTheirEventsAndCountedByUsage() {
        feed(TOKEN, 10);
        feed(TOKEN + TOKEN, 20);
        feed(USAGE + DONE, 30);
        assertThat(scanner.result(1)).isEqualTo(new StreamResult(1, 10, 20, 3, 7, 5, null));
    }

    @Test
    void anyPiecesWillDo() {
        byte[] all = (": keep alive\n\n" + TOKEN + TOKEN.replace("data: ", "data:") + USAGE + DONE)
                .replace("\n", "\r\n")
                .getBytes(StandardCharsets.UTF_8);
        for (int piece = 1; piece < 50; piece++) {
            SseScanner fresh = new SseScanner();
            for (int from = 0; from < all.length; from += piece) {
                fresh.feed(Unpooled.wrappedBuffer(all, from, Math.min(piece, all.length - from)), 5);
            }
            assertThat(fresh.result(0)).as("pieces of %d", piece).isEqualTo(new StreamResult(0, 5, 5, 2, 7, 5, null));
        }
    }

    @Test
    void withoutUsageEventsCount() {
        feed(TOKEN + TOKEN + DONE, 4);
        assertThat(scanner.result(0).answerTokens()).isEqualTo(2);
    }

    @Test
    void usageInAnEventWithTokensCounts() {
        feed(TOKEN.replace("null}", "{\"prompt_tokens\":3,\"completion_tokens\":1}}") + DONE, 4);
        assertThat(scanner.result(0)).isEqualTo(new StreamResult(0, 4, 4, 1, 3, 1, null));
    }

    @Test
    void streamsThatAreNoAnswerSayWhy() {
        feed(TOKEN, 1);
        assertThat(scanner.result(0).failure()).isEqualTo("the stream ended without [DONE]");
        SseScanner empty = new SseScanner();
        empty.feed(Unpooled.wrappedBuffer(DONE.getBytes(StandardCharsets.UTF_8)), 1);
        assertThat(empty.result(0).failure()).isEqualTo("the stream had no tokens");
        feed("data: {\"error\":{\"message\":\"out of luck\",\"code\":500}}\n\n" + DONE, 2);
        assertThat(scanner.result(0).failure()).isEqualTo("error event: out of luck");
        SseScanner torn = new SseScanner();
        torn.feed(Unpooled.wrappedBuffer("data: {\"choi\n\n".getBytes(StandardCharsets.UTF_8)), 1);
        assertThat(torn.result(0).failure()).startsWith("no JSON in an event");
    }
}
