package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.hub.HubClient.RemoteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gets one file of a Hub repository, from the cache where that is right. Confined to one thread. */
final class HubFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(HubFetcher.class);

    private final HubSettings settings;
    private final Tools tools;

    /**
     * What a fetch needs beside settings.
     *
     * @param host time, sleep, space and links
     * @param retries how often to try again
     * @param quants which file of several
     * @param progress who hears of it
     */
    record Tools(Host host, Retries retries, QuantPreference quants, DownloadProgress progress) {}

    HubFetcher(HubSettings settings, Tools tools) {
        this.settings = settings;
        this.tools = tools;
    }

    ResolvedModel fetch(ModelSource.Hub source) throws InterruptedException {
        HubCache cache = new HubCache(settings.hubCache(), source, tools.host());
        try {
            Optional<ResolvedModel> cached = cached(source, cache);
            if (cached.isPresent() && (source.isPinned() || settings.offline())) {
                return cached.get();
            }
            if (settings.offline()) {
                throw new JavelinException(
                        ErrorCode.MODEL_UNAVAILABLE,
                        "HF_HUB_OFFLINE is set and " + source.text() + " is not complete in " + settings.hubCache());
            }
            return online(source, cache, cached);
        } catch (IOException e) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, reason(e), e);
        }
    }

    private ResolvedModel online(ModelSource.Hub source, HubCache cache, Optional<ResolvedModel> cached)
            throws IOException, InterruptedException {
        try (HubTransport transport = new HubTransport(settings)) {
            HubClient client = new HubClient(settings, transport, tools.host());
            RemoteFile file =
                    look(source, client, cached.isPresent() ? tools.retries().once() : tools.retries());
            ResolvedModel model = store(source, file, cache, client);
            cache.rememberCommit(
                    source.revision(), file.commit()); // last: a failed update keeps the old copy reachable
            return model;
        } catch (IOException e) {
            if (cached.isEmpty()) {
                throw e;
            }
            LOG.warn("cannot ask the Hub about {} ({}), using the cached copy", source.text(), reason(e));
            return cached.get();
        }
    }

    private RemoteFile look(ModelSource.Hub source, HubClient client, Retries retries)
            throws IOException, InterruptedException {
        String file = source.file();
        if (file != null) {
            return retries.run(tools.host(), () -> client.file(source, source.revision(), file));
        }
        HubClient.Repository repository = retries.run(tools.host(), () -> client.repository(source));
        String chosen = tools.quants().choose(repository.files(), source.text());
        return retries.run(tools.host(), () -> client.file(source, repository.commit(), chosen));
    }

    private ResolvedModel store(ModelSource.Hub source, RemoteFile file, HubCache cache, HubClient client)
            throws IOException, InterruptedException {
        Optional<ResolvedModel.File> there = cache.find(file.commit(), file.name());
        if (there.isPresent()) {
            return resolved(source, file.commit(), there.get(), true);
        }
        boolean downloaded = false;
        try (CacheLock _ = CacheLock.take(cache.lockFile(file), tools.host())) {
            if (cache.find(file.commit(), file.name()).isEmpty()) {
                if (!cache.hasBlob(file)) {
                    Path part = cache.part(file);
                    LOG.info("downloading {} ({})", source.text(), ByteText.of(file.lengthBytes()));
                    new BlobDownload(source, file, part, tools).run(client);
                    cache.publish(file, part);
                    downloaded = true;
                }
                cache.point(file);
            }
        }
        ResolvedModel.File stored = cache.find(file.commit(), file.name())
                .orElseThrow(() -> new IOException(file.name() + " vanished from " + settings.hubCache()));
        return resolved(source, file.commit(), stored, !downloaded);
    }

    /** What the cache alone can give: the file, or the best of those of the snapshot that are there. */
    private Optional<ResolvedModel> cached(ModelSource.Hub source, HubCache cache) throws IOException {
        Optional<String> commit = cache.commitOf(source.revision());
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        String file = source.file();
        if (file == null) {
            List<String> names = cache.list(commit.get());
            if (names.isEmpty()) {
                return Optional.empty();
            }
            try {
                file = tools.quants().choose(names, source.text());
            } catch (JavelinException nothingFits) {
                return Optional.empty();
            }
        }
        return cache.find(commit.get(), file).map(f -> resolved(source, commit.get(), f, true));
    }

    private static ResolvedModel resolved(ModelSource source, String commit, ResolvedModel.File file, boolean cached) {
        return new ResolvedModel(source, List.of(file), commit, cached);
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
