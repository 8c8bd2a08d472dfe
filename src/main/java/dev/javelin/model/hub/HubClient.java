package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.HubTransport.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The Hub's questions that we ask: what is in a repository, what is a file, give me its bytes from here on. Each call
 * is one try. Confined to one thread.
 *
 * <p>Trouble on the way is an {@link IOException} (worth another try, or the cache); an answer that settles the matter
 * is a {@link JavelinException}.
 */
final class HubClient {
    private static final int MAX_HOPS = 6;
    private static final int MAX_ANSWER_BYTES = 32 << 20;
    private static final int MAX_ERROR_CHARS = 300;

    private final HubSettings settings;
    private final HubTransport transport;
    private final Host host;

    HubClient(HubSettings settings, HubTransport transport, Host host) {
        this.settings = settings;
        this.transport = transport;
        this.host = host;
    }

    /**
     * A repository at a revision.
     *
     * @param commit full commit id
     * @param files relative paths of its files; names that could leave a directory are left out
     */
    record Repository(String commit, List<String> files) {}

    /**
     * A file of a repository at a commit.
     *
     * @param name path inside the repository
     * @param commit full commit id
     * @param hash what its content hashes to
     * @param lengthBytes its length
     */
    record RemoteFile(String name, String commit, ContentHash hash, long lengthBytes) {}

    /** Lists a repository. */
    Repository repository(ModelSource.Hub source) throws IOException, InterruptedException {
        URI uri = address("/api/models/" + source.repository() + "/revision/" + encode(source.revision()));
        try (Reply reply = follow("GET", uri, Map.of())) {
            requireOk(reply, source);
            return repository(JsonMapper.builder().build().readTree(reply.body().readAll(MAX_ANSWER_BYTES)), source);
        } catch (JacksonException e) {
            throw new IOException("the answer about " + source.repository() + " is no JSON", e);
        }
    }

    private static Repository repository(JsonNode answer, ModelSource.Hub source) throws IOException {
        String commit = answer.path("sha").asString("");
        if (!SafeNames.isCommit(commit)) {
            throw new IOException("the answer about " + source.repository() + " names no commit");
        }
        List<String> files = new ArrayList<>();
        for (JsonNode sibling : answer.path("siblings")) {
            String name = sibling.path("rfilename").asString("");
            if (SafeNames.faultOfPath(name) == null) {
                files.add(name);
            }
        }
        return new Repository(commit, files);
    }

    /**
     * Asks for a file's commit, hash and length. Large files are answered by a redirect that carries them
     * ({@code X-Linked-Etag}, {@code X-Linked-Size}); it is not followed. Other redirects are.
     */
    RemoteFile file(ModelSource.Hub source, String revision, String file) throws IOException, InterruptedException {
        URI uri = resolveAddress(source, revision, file);
        String commit = null;
        for (int hop = 0; hop < MAX_HOPS; hop++) {
            try (Reply reply = transport.send("HEAD", uri, Map.of())) {
                commit = reply.header("x-repo-commit").orElse(commit);
                if (!reply.isRedirect() || reply.header("x-linked-etag").isPresent()) {
                    if (!reply.isRedirect()) {
                        requireOk(reply, source);
                    }
                    return remoteFile(reply, commit, file);
                }
                uri = next(reply);
            }
        }
        throw new IOException("more than " + MAX_HOPS + " redirects");
    }

    private static RemoteFile remoteFile(Reply reply, @Nullable String commit, String file) throws IOException {
        if (commit == null || !SafeNames.isCommit(commit)) {
            throw new IOException(
                    "the answer for " + file + " names no commit (X-Repo-Commit): no Hub is at this address");
        }
        String etag = unquoted(reply.header("x-linked-etag")
                .or(() -> reply.header("etag"))
                .orElseThrow(() -> new IOException("the answer for " + file + " has no ETag")));
        if (!SafeNames.isEtag(etag)) {
            throw new IOException("the answer for " + file + " has an ETag that cannot name a file");
        }
        String length = reply.header("x-linked-size")
                .or(() -> reply.header("content-length"))
                .orElse("");
        try {
            long lengthBytes = Long.parseLong(length);
            if (lengthBytes >= 0) {
                return new RemoteFile(file, commit, new ContentHash(etag), lengthBytes);
            }
        } catch (NumberFormatException e) {
            throw new IOException("the answer for " + file + " does not tell its length", e);
        }
        throw new IOException("the answer for " + file + " tells a negative length");
    }

    /**
     * Opens a file's content at an offset; the caller closes the reply. Status 206 starts at the offset, 200 at 0.
     *
     * @param validator strong entity tag of the bytes that the caller has, or null
     */
    Reply open(ModelSource.Hub source, RemoteFile file, long fromByte, @Nullable String validator)
            throws IOException, InterruptedException {
        URI uri = resolveAddress(source, file.commit(), file.name());
        Map<String, String> headers = Map.of();
        if (fromByte > 0) {
            String range = "bytes=" + fromByte + "-";
            headers = validator == null ? Map.of("Range", range) : Map.of("Range", range, "If-Range", validator);
        }
        Reply reply = follow("GET", uri, headers);
        try {
            if (reply.status() != 206 && reply.status() != 416) {
                requireOk(reply, source);
            }
            return reply;
        } catch (IOException | JavelinException e) {
            reply.close();
            throw e;
        }
    }

    private Reply follow(String method, URI start, Map<String, String> headers)
            throws IOException, InterruptedException {
        URI uri = start;
        for (int hop = 0; hop < MAX_HOPS; hop++) {
            Reply reply = transport.send(method, uri, headers);
            if (!reply.isRedirect()) {
                return reply;
            }
            try (reply) {
                uri = next(reply);
            }
        }
        throw new IOException("more than " + MAX_HOPS + " redirects");
    }

    private static URI next(Reply reply) throws IOException {
        URI next = reply.location();
        if ("https".equals(reply.uri().getScheme()) && !"https".equals(next.getScheme())) {
            throw new IOException("a redirect from https to " + next.getScheme());
        }
        return next;
    }

    private void requireOk(Reply reply, ModelSource.Hub source) throws IOException {
        int status = reply.status();
        if (status == 200) {
            return;
        }
        String answer = status
                + reply.header("x-error-code").map(c -> " " + plain(c)).orElse("")
                + reply.header("x-error-message").map(m -> ": " + plain(m)).orElse("");
        if (status == 408 || status == 429 || status >= 500) {
            throw new Retries.BusyException(
                    reply.uri().getHost() + " answers " + answer,
                    Retries.retryAfter(reply.header("retry-after").orElse(null), host.now()));
        }
        if (status == 401 || status == 403) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, refused(source, answer));
        }
        if (status == 404) {
            throw new JavelinException(
                    ErrorCode.MODEL_UNAVAILABLE,
                    "not found at " + settings.endpoint() + " (" + answer + "): repository " + source.repository()
                            + ", revision " + source.revision()
                            + (source.file() == null ? "" : ", file " + source.file()));
        }
        throw new JavelinException(
                ErrorCode.MODEL_UNAVAILABLE, reply.uri().getHost() + " answers " + answer + " for " + source.text());
    }

    private String refused(ModelSource.Hub source, String answer) {
        String page = settings.endpoint() + "/" + source.repository();
        return "the Hub refuses " + source.repository() + " (" + answer + "): "
                + (settings.token() == null
                        ? "set HF_TOKEN to a token that may read it"
                        : "the token in HF_TOKEN may not read it")
                + ", accept its licence at " + page + ", and check the name (a missing repository is refused the same"
                + " way)";
    }

    private URI resolveAddress(ModelSource.Hub source, String revision, String file) {
        StringBuilder path = new StringBuilder("/" + source.repository() + "/resolve/" + encode(revision));
        for (String segment : file.split("/", -1)) {
            path.append('/').append(encode(segment));
        }
        return address(path.toString());
    }

    private URI address(String path) {
        return URI.create(settings.endpoint() + path);
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    static String unquoted(String etag) {
        String strong = etag.startsWith("W/") ? etag.substring(2) : etag;
        return strong.replace("\"", "");
    }

    /** A server's words, fit for a terminal. */
    private static String plain(String text) {
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= MAX_ERROR_CHARS ? printable : printable.substring(0, MAX_ERROR_CHARS) + "...";
    }

    /** The length in a {@code Content-Range: bytes 5-9/10} if it starts at {@code fromByte}, else empty. */
    static OptionalLong totalBytesOfRange(@Nullable String contentRange, long fromByte) {
        String start = "bytes " + fromByte + "-";
        if (contentRange == null || !contentRange.startsWith(start)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(contentRange.substring(contentRange.indexOf('/') + 1)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
