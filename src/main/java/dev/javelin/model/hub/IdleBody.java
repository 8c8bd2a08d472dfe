package dev.javelin.model.hub;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response body read by blocking, with a limit on the silence between two pieces: the JDK's client limits only the
 * wait for the headers. The client's threads push, one thread reads and closes.
 */
final class IdleBody implements HttpResponse.BodySubscriber<IdleBody>, AutoCloseable {
    private final Duration idleLimit;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final Queue<ByteBuffer> pieces = new ArrayDeque<>();
    private volatile Flow.@Nullable Subscription subscription;
    private boolean ended;

    IdleBody(Duration idleLimit) {
        this.idleLimit = idleLimit;
    }

    private sealed interface Signal {
        record Pieces(List<ByteBuffer> buffers) implements Signal {}

        record Failed(Throwable cause) implements Signal {}

        record Ended() implements Signal {}
    }

    @Override
    public CompletionStage<IdleBody> getBody() {
        return CompletableFuture.completedFuture(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        this.subscription = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        signals.add(new Signal.Pieces(buffers));
    }

    @Override
    public void onError(Throwable cause) {
        signals.add(new Signal.Failed(cause));
    }

    @Override
    public void onComplete() {
        signals.add(new Signal.Ended());
    }

    /**
     * The next piece, or null at the end.
     *
     * @throws HttpTimeoutException after the idle limit without a byte
     */
    @Nullable ByteBuffer next() throws IOException, InterruptedException {
        while (pieces.isEmpty() && !ended) {
            Signal signal = signals.poll(idleLimit.toNanos(), TimeUnit.NANOSECONDS);
            switch (signal) {
                case null -> throw new HttpTimeoutException("no byte came for " + idleLimit.toMillis() + " ms");
                case Signal.Pieces(List<ByteBuffer> buffers) -> {
                    pieces.addAll(buffers);
                    request();
                }
                case Signal.Failed(Throwable cause) -> throw new IOException(text(cause), cause);
                case Signal.Ended() -> ended = true;
            }
        }
        return pieces.poll();
    }

    /** All that is left. */
    byte[] readAll(int limitBytes) throws IOException, InterruptedException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer piece = next(); piece != null; piece = next()) {
            byte[] bytes = new byte[piece.remaining()];
            piece.get(bytes);
            all.writeBytes(bytes);
            if (all.size() > limitBytes) {
                throw new IOException("the answer is longer than " + limitBytes + " bytes");
            }
        }
        return all.toByteArray();
    }

    private void request() {
        Flow.Subscription current = subscription;
        if (current != null) {
            current.request(1);
        }
    }

    private static String text(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    /** Drops the connection if the body is not at its end. */
    @Override
    public void close() {
        Flow.Subscription current = subscription;
        if (current != null) {
            current.cancel();
        }
    }
}
