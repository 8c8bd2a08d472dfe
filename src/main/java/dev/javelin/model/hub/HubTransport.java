package dev.javelin.model.hub;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and gives one reply, without following redirects: who follows decides hop by hop. The token goes to
 * the endpoint's origin only. Confined to one thread.
 */
final class HubTransport implements AutoCloseable {
    private static final String AGENT = "javelin; java/" + Runtime.version().feature();

    private final HubSettings settings;
    private @Nullable HttpClient client;

    HubTransport(HubSettings settings) {
        this.settings = settings;
    }

    /** The endpoint could not even be connected to. */
    static final class UnreachableException extends IOException {
        private static final long serialVersionUID = 1L;

        UnreachableException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A reply whose body is still to be read. */
    record Reply(URI uri, int status, HttpHeaders headers, IdleBody body) implements AutoCloseable {
        Optional<String> header(String name) {
            return headers.firstValue(name).map(String::strip).filter(v -> !v.isEmpty());
        }

        boolean isRedirect() {
            return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
        }

        /** Where a redirect leads, resolved against this reply's address. */
        URI location() throws IOException {
            String location = header("location").orElseThrow(() -> new IOException("a redirect without Location"));
            try {
                return uri.resolve(URI.create(location));
            } catch (IllegalArgumentException e) {
                throw new IOException("a redirect to something that is no address", e);
            }
        }

        @Override
        public void close() {
            body.close();
        }
    }

    /**
     * Sends and waits for the headers.
     *
     * @param method GET or HEAD
     * @throws UnreachableException without a connection
     * @throws IOException for trouble after that, a silent server included
     */
    Reply send(String method, URI uri, Map<String, String> headers) throws IOException, InterruptedException {
        String scheme = uri.getScheme();
        if (!isWeb(scheme) || uri.getHost() == null) {
            throw new IOException("a redirect to an address that is neither http nor https");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(settings.idleLimit())
                .header("User-Agent", AGENT)
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        String token = settings.token();
        if (token != null && isSameOrigin(uri, settings.endpoint())) {
            request.header("Authorization", "Bearer " + token);
        }
        NameLookup.require(uri, settings.connectLimit());
        try {
            HttpResponse<IdleBody> response =
                    http().send(request.build(), ignored -> new IdleBody(settings.idleLimit()));
            return new Reply(uri, response.statusCode(), response.headers(), response.body());
        } catch (HttpConnectTimeoutException e) {
            throw new UnreachableException(
                    "no connection to " + authority(uri) + " within " + text(settings.connectLimit()), e);
        } catch (ConnectException e) {
            throw new UnreachableException(
                    isUnresolved(e)
                            ? "the name " + uri.getHost() + " does not resolve"
                            : "no connection to " + authority(uri) + ": " + e.getMessage(),
                    e);
        } catch (HttpTimeoutException e) {
            throw new IOException(authority(uri) + " gave no answer within " + text(settings.idleLimit()), e);
        }
    }

    /** Built late: it costs a start some 100 ms, which a machine without a network need not pay. */
    private HttpClient http() {
        HttpClient current = client;
        if (current == null) {
            // One connection at a time: HTTP/1.1 has no flow-control window to slow a large download.
            current = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(settings.connectLimit())
                    .build();
            client = current;
        }
        return current;
    }

    private static boolean isWeb(@Nullable String scheme) {
        return "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme);
    }

    static boolean isSameOrigin(URI a, URI b) {
        return host(a).equals(host(b))
                && String.valueOf(a.getScheme()).equalsIgnoreCase(String.valueOf(b.getScheme()))
                && port(a) == port(b);
    }

    private static String host(URI uri) {
        return String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
    }

    private static int port(URI uri) {
        return uri.getPort() >= 0 ? uri.getPort() : "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
    }

    private static String authority(URI uri) {
        return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static String text(Duration limit) {
        return limit.toMillis() + " ms";
    }

    private static boolean isUnresolved(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        HttpClient current = client;
        if (current != null) {
            current.shutdownNow();
        }
    }
}
