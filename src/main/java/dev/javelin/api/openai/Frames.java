package dev.javelin.api.openai;

import dev.javelin.api.EventStream;
import dev.javelin.api.RequestIdFilter;
import dev.javelin.api.WireWriter;
import java.io.ByteArrayOutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Chunks to server-sent events in OpenAI's form. Thread-safe. */
final class Frames {
    private static final Logger LOG = System.getLogger(Frames.class.getName());
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private final WireWriter writer;
    private final EventStream streams;

    Frames(WireWriter writer, EventStream streams) {
        this.writer = writer;
        this.streams = streams;
    }

    /** A stream of chunks, then {@code [DONE]}; a failure after the first chunk is its last event instead. */
    Mono<ServerResponse> respond(ServerRequest request, Flux<? extends List<?>> chunks) {
        String requestId = RequestIdFilter.requestId(request.exchange());
        Flux<byte[]> frames =
                chunks.filter(list -> !list.isEmpty()).map(this::frames).concatWith(Mono.just(DONE));
        return streams.respond(frames, failure -> error(failure, requestId));
    }

    private byte[] frames(List<?> chunks) {
        if (chunks.size() == 1) {
            return writer.frame(chunks.getFirst());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Object chunk : chunks) {
            bytes.writeBytes(writer.frame(chunk));
        }
        return bytes.toByteArray();
    }

    private byte[] error(Throwable failure, String requestId) {
        if (OpenAiError.isInternal(failure)) {
            LOG.log(Level.ERROR, "request " + requestId + " failed in its stream", failure);
        }
        return writer.frame(OpenAiError.of(failure, requestId).body());
    }
}
