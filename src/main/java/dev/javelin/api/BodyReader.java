package dev.javelin.api;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.UnsupportedMediaTypeStatusException;
import reactor.core.publisher.Mono;

/** Reads a request's JSON body within a limit. Thread-safe. */
public final class BodyReader {
    /** Bodies beyond this are parsed off the event loop: a megabyte takes milliseconds. */
    private static final int LARGE_BYTES = 64 * 1024;

    private final JsonBody jsonBody;
    private final int maxBytes;
    private final Offload parseThreads;

    /**
     * A reader.
     *
     * @param maxBytes longest body; longer ones are answered with 413
     * @param parseThreads where large bodies are parsed; may reject
     */
    public BodyReader(int maxBytes, Offload parseThreads) {
        this.jsonBody = new JsonBody(maxBytes);
        this.maxBytes = maxBytes;
        this.parseThreads = parseThreads;
    }

    /**
     * The body's fields.
     *
     * @return them, or an error: 415, 413, or INVALID_REQUEST as {@link JsonBody} says
     */
    public Mono<JsonFields> read(ServerRequest request) {
        MediaType type = request.headers().contentType().orElse(MediaType.APPLICATION_JSON);
        if (!type.isCompatibleWith(MediaType.APPLICATION_JSON) && !"json".equals(type.getSubtypeSuffix())) {
            return Mono.error(new UnsupportedMediaTypeStatusException("content type "
                    + JsonValues.quoted(type.toString()) + " is not supported, expected application/json"));
        }
        if (request.headers().contentLength().orElse(0) > maxBytes) {
            return Mono.error(tooLarge());
        }
        return DataBufferUtils.join(request.exchange().getRequest().getBody(), maxBytes)
                .map(BodyReader::takeBytes)
                .defaultIfEmpty(new byte[0])
                .onErrorMap(DataBufferLimitException.class, e -> tooLarge())
                .flatMap(this::parse);
    }

    private Mono<JsonFields> parse(byte[] bytes) {
        Mono<JsonFields> parsed = Mono.fromCallable(() -> jsonBody.read(bytes));
        return bytes.length < LARGE_BYTES ? parsed : parseThreads.run(parsed);
    }

    private static byte[] takeBytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    private ResponseStatusException tooLarge() {
        return new ResponseStatusException(
                HttpStatus.CONTENT_TOO_LARGE, "the body is longer than the limit of " + maxBytes + " bytes");
    }
}
