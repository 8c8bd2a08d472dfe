package dev.javelin.bench.load;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a stream of completion events as it arrives, in any pieces, without building objects for tokens. Confined to
 * the client's thread; used for one stream.
 */
final class SseScanner {
    private static final byte[] DATA = bytes("data:");
    private static final byte[] DONE = bytes("[DONE]");
    private static final byte[] CHOICE = bytes("\"choices\":[{");
    private static final byte[] USAGE = bytes("\"usage\":{");

    private byte[] buffer = new byte[1024];
    private int bufferedBytes;
    private int events;
    private long firstNanos;
    private long lastNanos;
    private int promptTokens;
    private int answerTokens = -1;
    private boolean done;
    private @Nullable String failure;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Takes more bytes, all of which are read. */
    void feed(ByteBuf data, long nowNanos) {
        int more = data.readableBytes();
        if (bufferedBytes + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, bufferedBytes + more));
        }
        int scanned = bufferedBytes;
        data.readBytes(buffer, bufferedBytes, more);
        bufferedBytes += more;
        int lineStart = 0;
        for (int i = scanned; i < bufferedBytes; i++) {
            if (buffer[i] == '\n') {
                line(lineStart, i, nowNanos);
                lineStart = i + 1;
            }
        }
        bufferedBytes -= lineStart;
        System.arraycopy(buffer, lineStart, buffer, 0, bufferedBytes);
    }

    private void line(int from, int to, long nowNanos) {
        int end = to > from && buffer[to - 1] == '\r' ? to - 1 : to;
        if (startsWith(DATA, from, end)) {
            int payload = from + DATA.length;
            event(payload < end && buffer[payload] == ' ' ? payload + 1 : payload, end, nowNanos);
        }
    }

    private void event(int from, int end, long nowNanos) {
        if (startsWith(DONE, from, end)) {
            done = true;
            return;
        }
        boolean hasTokens = contains(CHOICE, from, end);
        if (hasTokens) {
            firstNanos = events == 0 ? nowNanos : firstNanos;
            lastNanos = nowNanos;
            events++;
        }
        if (!hasTokens || contains(USAGE, from, end)) {
            read(new String(buffer, from, end - from, StandardCharsets.UTF_8));
        }
    }

    private void read(String json) {
        try {
            JsonNode event = JsonMapper.shared().readTree(json);
            JsonNode usage = event.get("usage");
            if (usage != null && usage.isObject()) {
                promptTokens = usage.path("prompt_tokens").asInt(0);
                answerTokens = usage.path("completion_tokens").asInt(-1);
            }
            if (event.has("error")) {
                failure = "error event: " + event.get("error").path("message").asString(json);
            }
        } catch (JacksonException e) {
            failure = "no JSON in an event: " + json;
        }
    }

    private boolean startsWith(byte[] prefix, int from, int end) {
        return end - from >= prefix.length
                && Arrays.equals(buffer, from, from + prefix.length, prefix, 0, prefix.length);
    }

    private boolean contains(byte[] part, int from, int end) {
        for (int i = from; i <= end - part.length; i++) {
            if (buffer[i] == part[0] && startsWith(part, i, end)) {
                return true;
            }
        }
        return false;
    }

    /** How the stream went, after its last byte. */
    StreamResult result(long sentNanos) {
        int tokens = answerTokens < 0 ? events : answerTokens;
        String why = failure;
        if (why == null && !done) {
            why = "the stream ended without [DONE]";
        } else if (why == null && events == 0) {
            why = "the stream had no tokens";
        }
        return new StreamResult(sentNanos, firstNanos, lastNanos, events, promptTokens, tokens, why);
    }
}
