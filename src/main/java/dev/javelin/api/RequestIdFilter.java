package dev.javelin.api;

import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/** Gives each exchange an id, the client's own where it sent a usable one, and answers with it. Thread-safe. */
public final class RequestIdFilter implements WebFilter, Ordered {
    /** The header, in requests and responses. */
    public static final String HEADER = "x-request-id";

    private static final String ATTRIBUTE = RequestIdFilter.class.getName();
    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

    private final Supplier<String> newIds;

    /**
     * A filter.
     *
     * @param newIds a new id each time; called by many threads
     */
    public RequestIdFilter(Supplier<String> newIds) {
        this.newIds = newIds;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String sent = exchange.getRequest().getHeaders().getFirst(HEADER);
        String id = sent != null && isUsable(sent) ? sent : newIds.get();
        exchange.getAttributes().put(ATTRIBUTE, id);
        exchange.getResponse().getHeaders().set(HEADER, id);
        return chain.filter(exchange);
    }

    /** Whether a client's id can go into headers, logs and other ids. */
    public static boolean isUsable(String id) {
        return USABLE.matcher(id).matches();
    }

    /** The id of an exchange that passed the filter. */
    public static String requestId(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(ATTRIBUTE, "unknown");
    }
}
