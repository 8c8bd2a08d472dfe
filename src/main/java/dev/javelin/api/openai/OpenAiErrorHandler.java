package dev.javelin.api.openai;

import dev.javelin.api.JsonValues;
import dev.javelin.api.RequestIdFilter;
import dev.javelin.api.WireWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.MethodNotAllowedException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Answers every failure of the server with OpenAI's error body. Thread-safe. */
public final class OpenAiErrorHandler implements WebExceptionHandler, Ordered {
    private static final Logger LOG = System.getLogger(OpenAiErrorHandler.class.getName());
    /** Before Spring Boot's own handler, which stands at -1. */
    private static final int ORDER = -2;

    private final WireWriter writer;
    private final Duration retryAfter;

    /**
     * A handler.
     *
     * @param writer of the body
     * @param retryAfter what clients are told when the queue is full
     */
    public OpenAiErrorHandler(WireWriter writer, Duration retryAfter) {
        this.writer = writer;
        this.retryAfter = retryAfter;
    }

    @Override
    public int getOrder() {
        return ORDER;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        String requestId = RequestIdFilter.requestId(exchange);
        OpenAiError error = OpenAiError.of(named(exchange, failure), requestId);
        log(failure, requestId);
        HttpHeaders headers = response.getHeaders();
        headers.remove(HttpHeaders.CACHE_CONTROL);
        headers.remove("X-Accel-Buffering");
        headers.setContentType(MediaType.APPLICATION_JSON);
        response.setStatusCode(error.status());
        if (failure instanceof ResponseStatusException e) {
            e.getHeaders().forEach(headers::put);
            headers.setContentType(MediaType.APPLICATION_JSON);
        }
        if (error.status().value() == HttpStatus.TOO_MANY_REQUESTS.value()) {
            headers.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        byte[] body = writer.json(error.body());
        headers.setContentLength(body.length);
        if (HttpMethod.HEAD.equals(exchange.getRequest().getMethod())) {
            return response.setComplete();
        }
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    /** Spring's own messages for paths and methods say little; ours name both. */
    private static Throwable named(ServerWebExchange exchange, Throwable failure) {
        String asked = exchange.getRequest().getMethod() + " "
                + JsonValues.quoted(exchange.getRequest().getPath().value());
        if (failure instanceof MethodNotAllowedException e) {
            return new ResponseStatusException(
                    e.getStatusCode(), "there is no " + asked + ", allowed: " + e.getSupportedMethods());
        }
        if (failure instanceof ResponseStatusException e && e.getStatusCode() == HttpStatus.NOT_FOUND) {
            return new ResponseStatusException(e.getStatusCode(), "there is no " + asked);
        }
        return failure;
    }

    private static void log(Throwable failure, String requestId) {
        if (OpenAiError.isInternal(failure)) {
            LOG.log(Level.ERROR, "request " + requestId + " failed", failure);
        }
    }
}
