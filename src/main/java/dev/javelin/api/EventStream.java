package dev.javelin.api;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Server-sent events as a response. Thread-safe.
 *
 * <p>The response is not committed before its first byte, so that a request that fails before it gets an ordinary error
 * with its status; a failure after it becomes the stream's last event.
 */
public final class EventStream {
    private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Duration keepAlive;

    /**
     * A kind of response.
     *
     * @param keepAlive after so long without a frame a comment is sent, so that proxies do not give up
     */
    public EventStream(Duration keepAlive) {
        this.keepAlive = keepAlive;
    }

    /**
     * A response.
     *
     * @param frames whole events; cancelled when the client goes away
     * @param errorFrame the last event of a stream that fails after its first byte
     */
    public Mono<ServerResponse> respond(Flux<byte[]> frames, Function<Throwable, byte[]> errorFrame) {
        Flux<byte[]> bytes = withKeepAlive(frames, errorFrame);
        return ServerResponse.ok()
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .header("Cache-Control", "no-cache")
                .header("X-Accel-Buffering", "no")
                .body((message, context) -> message.writeAndFlushWith(
                        bytes.map(frame -> Mono.just(message.bufferFactory().wrap(frame)))));
    }

    private Flux<byte[]> withKeepAlive(Flux<byte[]> frames, Function<Throwable, byte[]> errorFrame) {
        return Flux.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            AtomicBoolean busy = new AtomicBoolean();
            Sinks.Empty<Void> end = Sinks.empty();
            Flux<byte[]> body = frames.doOnNext(frame -> {
                        begun.set(true);
                        busy.set(true);
                    })
                    .onErrorResume(e -> begun.get() ? Flux.just(errorFrame.apply(e)) : Flux.error(e))
                    .doOnTerminate(end::tryEmitEmpty);
            Flux<byte[]> comments = Flux.interval(keepAlive)
                    .onBackpressureDrop()
                    .filter(tick -> !busy.getAndSet(false))
                    .map(tick -> KEEP_ALIVE)
                    .doOnNext(comment -> begun.set(true))
                    .takeUntilOther(end.asMono());
            return Flux.merge(1, body, comments);
        });
    }
}
