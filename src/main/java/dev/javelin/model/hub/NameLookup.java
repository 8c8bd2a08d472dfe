package dev.javelin.model.hub;

import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Looks a host's name up before the HTTP client exists. Stateless. The client's connect limit does not cover the
 * lookup, which a dead name server can hold for many seconds; and without a name there is no need to build the client.
 */
final class NameLookup {
    private NameLookup() {}

    /**
     * Returns if the name resolves, or if a proxy will resolve it.
     *
     * @throws HubTransport.UnreachableException if it does not, or not within the limit
     */
    static void require(URI uri, Duration limit) throws HubTransport.UnreachableException, InterruptedException {
        String host = uri.getHost();
        if (host == null || hasProxy(uri)) {
            return;
        }
        AtomicReference<Object> outcome = new AtomicReference<>();
        Thread lookup = Thread.ofPlatform().daemon().name("hub-name-lookup").start(() -> {
            try {
                outcome.set(InetAddress.getByName(host));
            } catch (UnknownHostException e) {
                outcome.set(e);
            }
        });
        boolean ended = lookup.join(limit);
        if (outcome.get() instanceof UnknownHostException e) {
            throw new HubTransport.UnreachableException("the name " + host + " does not resolve", e);
        }
        if (!ended) {
            throw new HubTransport.UnreachableException(
                    "the name " + host + " did not resolve within " + limit.toMillis() + " ms",
                    new UnknownHostException(host));
        }
    }

    private static boolean hasProxy(URI uri) {
        ProxySelector selector = ProxySelector.getDefault();
        List<Proxy> proxies = selector == null ? List.of() : selector.select(uri);
        return proxies.stream().anyMatch(p -> p.type() != Proxy.Type.DIRECT);
    }
}
