package dev.javelin.api;

import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Whole JSON responses. Stateless. */
public final class JsonResponse {
    private JsonResponse() {}

    /** A response of the given bytes of JSON. */
    public static Mono<ServerResponse> of(HttpStatusCode status, byte[] json) {
        return ServerResponse.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .contentLength(json.length)
                .body((message, context) ->
                        message.writeWith(Mono.just(message.bufferFactory().wrap(json))));
    }
}
