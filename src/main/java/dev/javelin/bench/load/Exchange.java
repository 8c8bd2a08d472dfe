package dev.javelin.bench.load;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way. Confined to the client's thread.
 *
 * <p>It ends once; what happens to its connection afterwards changes nothing.
 */
final class Exchange {
    private static final int NO_STATUS = 0;

    private final byte[] body;
    private final long sentNanos;
    private final Consumer<StreamResult> onEnd;
    private final SseScanner scanner = new SseScanner();
    private final StringBuilder refusal = new StringBuilder();
    private int status = NO_STATUS;
    private boolean ended;
    private @Nullable Channel channel;

    Exchange(byte[] body, long sentNanos, Consumer<StreamResult> onEnd) {
        this.body = body;
        this.sentNanos = sentNanos;
        this.onEnd = onEnd;
    }

    byte[] body() {
        return body;
    }

    SseScanner scanner() {
        return scanner;
    }

    /** What the server says instead of a stream. */
    StringBuilder refusal() {
        return refusal;
    }

    void setStatus(int code) {
        status = code;
    }

    /** Whether the server has said anything. */
    boolean hasAnswer() {
        return status != NO_STATUS;
    }

    boolean isAccepted() {
        return status == 200;
    }

    /** The connection that its request went out on. */
    void setChannel(Channel used) {
        channel = used;
    }

    /** Ends it, and its connection with it, if nothing else has. */
    void onTimeout(Duration timeout) {
        if (!ended) {
            fail("no end after " + timeout.toSeconds() + " s");
            if (channel != null) {
                var _ = channel.close();
            }
        }
    }

    /** The answer is complete. */
    void end() {
        if (isAccepted()) {
            end(scanner.result(sentNanos));
        } else {
            fail("status " + status + ": " + refusal.toString().strip());
        }
    }

    /** The answer will never be complete. */
    void fail(String why) {
        end(new StreamResult(sentNanos, 0, 0, 0, 0, 0, why));
    }

    private void end(StreamResult result) {
        if (!ended) {
            ended = true;
            onEnd.accept(result);
        }
    }
}
