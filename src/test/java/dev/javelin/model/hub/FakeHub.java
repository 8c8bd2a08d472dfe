package dev.javelin.model.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Hub on the loopback: one server that answers like the Hub, another that holds the content of large files, as the
 * real one's content network does. Thread-safe. Faults are queued and each spoils one request.
 */
public final class FakeHub implements AutoCloseable {
    /** Files from this length on live on the content server and are named by their sha256. */
    public static final int LARGE_BYTES = 1000;

    private final HttpServer hub;
    private final HttpServer content;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Map<String, byte[]>> repositories = new TreeMap<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final Queue<Fault> hubFaults = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> contentFaults = new ConcurrentLinkedQueue<>();
    private volatile @Nullable String requiredToken;
    private volatile @Nullable String etagOverride;
    private volatile String commit = "0123456789abcdef0123456789abcdef01234567";
    private volatile String contentEtag = "\"cdn-1\"";

    /** Starts both servers on free ports. */
    public FakeHub() {
        try {
            hub = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            content = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        hub.setExecutor(threads);
        content.setExecutor(threads);
        hub.createContext("/", exchange -> serve("hub", exchange, hubFaults));
        content.createContext("/", exchange -> serve("content", exchange, contentFaults));
        hub.start();
        content.start();
    }

    /**
     * A request as it arrived.
     *
     * @param server {@code hub} or {@code content}
     * @param headers names in lower case
     */
    public record Seen(String server, String method, String path, Map<String, String> headers) {
        /** A header's value or null. */
        public @Nullable String header(String name) {
            return headers.get(name);
        }
    }

    /** What spoils one request. */
    public sealed interface Fault {
        /** Another status with these headers and no content. */
        record Status(int status, Map<String, String> headers) implements Fault {}

        /** The right length is promised, so many bytes come, the connection breaks. */
        record Truncate(int afterBytes) implements Fault {}

        /** So many bytes come, then silence until this server closes. */
        record Stall(int afterBytes) implements Fault {}

        /** The whole content whatever was asked for. */
        record IgnoreRange() implements Fault {}

        /** One byte is wrong. */
        record Corrupt() implements Fault {}

        /** Answers a moment later. */
        record Delay(int millis) implements Fault {}

        /** Nothing is wrong with this one. */
        record None() implements Fault {}
    }

    /** The Hub's address. */
    public URI endpoint() {
        return address(hub);
    }

    /** The commit that every repository is at. */
    public String commit() {
        return commit;
    }

    /** Moves every repository to another commit. */
    public void moveTo(String newCommit) {
        commit = newCommit;
    }

    /** Adds or replaces a file. */
    public synchronized FakeHub put(String repository, String file, byte[] bytes) {
        repositories.computeIfAbsent(repository, r -> new TreeMap<>()).put(file, bytes.clone());
        return this;
    }

    /** Only this token may read. */
    public FakeHub requireToken(String token) {
        requiredToken = token;
        return this;
    }

    /** The Hub names this entity tag for every file. */
    public FakeHub overrideEtag(String etag) {
        etagOverride = etag;
        return this;
    }

    /** The content server's own entity tag from now on. */
    public FakeHub contentEtag(String etag) {
        contentEtag = etag;
        return this;
    }

    /** Spoils the next requests to the Hub, one each. */
    public FakeHub failHub(Fault... faults) {
        hubFaults.addAll(List.of(faults));
        return this;
    }

    /** Spoils the next requests for content of large files, one each. */
    public FakeHub failContent(Fault... faults) {
        contentFaults.addAll(List.of(faults));
        return this;
    }

    /** All requests so far. */
    public List<Seen> seen() {
        return List.copyOf(seen);
    }

    /** The requests to one of the servers. */
    public List<Seen> seen(String server) {
        return seen.stream().filter(s -> s.server().equals(server)).toList();
    }

    /** Stops answering; what stalls is released. */
    @Override
    public void close() {
        closed.countDown();
        hub.stop(0);
        content.stop(0);
        threads.shutdownNow();
    }

    /** Lower-case hex. */
    public static String sha256(byte[] bytes) {
        return hash("SHA-256", bytes);
    }

    /** Git's id of a blob. */
    public static String gitSha1(byte[] bytes) {
        byte[] header = ("blob " + bytes.length + "\0").getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[header.length + bytes.length];
        System.arraycopy(header, 0, all, 0, header.length);
        System.arraycopy(bytes, 0, all, header.length, bytes.length);
        return hash("SHA-1", all);
    }

    private static String hash(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static URI address(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void serve(String server, HttpExchange exchange, Queue<Fault> faults) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
            String path = exchange.getRequestURI().getPath();
            seen.add(new Seen(server, exchange.getRequestMethod(), path, headers));
            Fault fault = faults.poll();
            switch (fault) {
                case Fault.Status(int status, Map<String, String> extra) -> {
                    extra.forEach(exchange.getResponseHeaders()::set);
                    exchange.sendResponseHeaders(status, -1);
                    return;
                }
                case Fault.Delay(int millis) -> await(millis);
                case null, default -> {} // the others spoil the content, below
            }
            if (server.equals("content")) {
                sendContent(exchange, find(path), contentEtag, fault);
            } else {
                answer(exchange, path, fault);
            }
        }
    }

    private void answer(HttpExchange exchange, String path, @Nullable Fault fault) throws IOException {
        String token = requiredToken;
        if (token != null
                && !("Bearer " + token).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            exchange.getResponseHeaders().set("X-Error-Code", "GatedRepo");
            exchange.getResponseHeaders().set("X-Error-Message", "Access to model is restricted.");
            exchange.sendResponseHeaders(401, -1);
            return;
        }
        if (path.startsWith("/api/models/")) {
            list(exchange, path);
            return;
        }
        byte[] bytes = find(path);
        if (bytes == null) {
            exchange.getResponseHeaders().set("X-Error-Code", "EntryNotFound");
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().set("X-Repo-Commit", commit);
        String override = etagOverride;
        if (bytes.length >= LARGE_BYTES) {
            exchange.getResponseHeaders()
                    .set("X-Linked-Etag", "\"" + (override == null ? sha256(bytes) : override) + "\"");
            exchange.getResponseHeaders().set("X-Linked-Size", String.valueOf(bytes.length));
            exchange.getResponseHeaders().set("Location", address(content) + path + "?signature=x");
            exchange.sendResponseHeaders(302, -1);
        } else {
            sendContent(exchange, bytes, "\"" + (override == null ? gitSha1(bytes) : override) + "\"", fault);
        }
    }

    private synchronized void list(HttpExchange exchange, String path) throws IOException {
        String[] parts = path.split("/", -1);
        Map<String, byte[]> files = repositories.get(parts[3] + "/" + parts[4]);
        if (files == null) {
            exchange.getResponseHeaders().set("X-Error-Code", "RepoNotFound");
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        List<String> siblings = new ArrayList<>();
        files.keySet().forEach(f -> siblings.add("{\"rfilename\":\"" + f.replace("\\", "\\\\") + "\"}"));
        byte[] answer = ("{\"sha\":\"" + commit + "\",\"gated\":false,\"siblings\":[" + String.join(",", siblings)
                        + "]}")
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
    }

    /** Path {@code /owner/name/resolve/revision/file...}. */
    private synchronized byte @Nullable [] find(String path) {
        String[] parts = path.split("/", 6);
        Map<String, byte[]> files = parts.length == 6 ? repositories.get(parts[1] + "/" + parts[2]) : null;
        return files == null ? null : files.get(parts[5]);
    }

    private void sendContent(HttpExchange exchange, byte @Nullable [] bytes, String etag, @Nullable Fault fault)
            throws IOException {
        if (bytes == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        exchange.getResponseHeaders().set("ETag", etag);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", String.valueOf(bytes.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        int from = fault instanceof Fault.IgnoreRange ? 0 : rangeStart(exchange, etag);
        if (from >= bytes.length) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        byte[] sent = bytes.clone();
        if (fault instanceof Fault.Corrupt) {
            sent[from] ^= 1;
        }
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from + "-" + (bytes.length - 1) + "/" + bytes.length);
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, bytes.length - from);
        OutputStream out = exchange.getResponseBody();
        int lengthBytes = switch (fault) {
            case Fault.Truncate(int afterBytes) -> afterBytes;
            case Fault.Stall(int afterBytes) -> afterBytes;
            case null, default -> bytes.length - from;
        };
        out.write(sent, from, lengthBytes);
        out.flush();
        if (fault instanceof Fault.Stall) {
            await(20_000);
        }
    }

    private static int rangeStart(HttpExchange exchange, String etag) {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String validator = exchange.getRequestHeaders().getFirst("If-Range");
        if (range == null || (validator != null && !validator.equals(etag))) {
            return 0;
        }
        return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
    }

    private void await(int millis) {
        try {
            closed.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
