package dev.javelin.api;

import java.util.concurrent.atomic.AtomicReference;
import org.springframework.core.Ordered;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Handles each request in a task of its own on its connection's event loop, never in the stack that read it.
 * Thread-safe.
 *
 * <p>Without it keep-alive connections hang now and then: where a request was buffered while the answer before it ended
 * and is then answered within the same stack, Reactor Netty 1.3.7 never reads from the connection again (its issue
 * 4361). With this filter no answer is that early. It can go with the first release that has the fix.
 */
public final class KeepAliveFilter implements WebFilter, Ordered {
    /** A filter. */
    public KeepAliveFilter() {}

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        ServerHttpRequest request = exchange.getRequest();
        while (request instanceof ServerHttpRequestDecorator decorator) {
            request = decorator.getDelegate();
        }
        Mono<Void> handled = chain.filter(exchange);
        if (request instanceof AbstractServerHttpRequest http
                && http.getNativeRequest() instanceof HttpServerRequest netty) {
            return later(netty, handled);
        }
        return handled;
    }

    private static Mono<Void> later(HttpServerRequest request, Mono<Void> handled) {
        AtomicReference<Mono<Void>> deferred = new AtomicReference<>(handled);
        request.withConnection(connection -> deferred.set(
                handled.subscribeOn(Schedulers.fromExecutor(connection.channel().eventLoop()))));
        return deferred.get();
    }
}
