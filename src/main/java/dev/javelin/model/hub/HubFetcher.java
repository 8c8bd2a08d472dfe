package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.SafetensorsIndex;
import dev.javelin.model.hub.HubClient.RemoteFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets a model of a Hub repository, one file or a folder's files, from the cache where that is right. Confined to one
 * thread.
 */
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
            Retries retries = cached.isPresent() ? tools.retries().once() : tools.retries();
            ResolvedModel model = new Session(source, cache, client, retries).fetch();
            String commit = model.commit();
            if (commit != null) {
                cache.rememberCommit(source.revision(), commit); // last: a failed update keeps the old copy reachable
            }
            return model;
        } catch (IOException e) {
            if (cached.isEmpty()) {
                throw e;
            }
            LOG.warn("cannot ask the Hub about {} ({}), using the cached copy", source.text(), reason(e));
            return cached.get();
        }
    }

    /** One fetch over one connection. Confined to one thread. */
    private final class Session {
        private final ModelSource.Hub source;
        private final HubCache cache;
        private final HubClient client;
        private final Retries retries;
        private final List<ResolvedModel.File> files = new ArrayList<>();
        private boolean downloaded;

        Session(ModelSource.Hub source, HubCache cache, HubClient client, Retries retries) {
            this.source = source;
            this.cache = cache;
            this.client = client;
            this.retries = retries;
        }

        ResolvedModel fetch() throws IOException, InterruptedException {
            String file = source.file();
            if (file != null) {
                return resolved(add(source.revision(), file));
            }
            HubClient.Repository repository = retries.run(tools.host(), () -> client.repository(source));
            List<String> names = repository.files();
            if (FolderFiles.isModel(names)) {
                addFolder(repository.commit(), names);
            } else {
                add(repository.commit(), tools.quants().choose(names, source.text()));
            }
            return resolved(repository.commit());
        }

        /** Weights come last: where they are, everything is. */
        private void addFolder(String commit, List<String> names) throws IOException, InterruptedException {
            for (String name : FolderFiles.configuration(names)) {
                add(commit, name);
            }
            List<String> weights = FolderFiles.whole(names);
            if (FolderFiles.hasIndex(names)) {
                add(commit, SafetensorsIndex.FILE_NAME);
                weights = FolderFiles.shards(names, files.getLast().path());
            }
            for (String name : weights) {
                add(commit, name);
            }
        }

        /** Brings a file into the cache; gives the commit that the revision means. */
        private String add(String revision, String name) throws IOException, InterruptedException {
            ModelSource.Hub one = source.withFile(name);
            RemoteFile file = retries.run(tools.host(), () -> client.file(one, revision, name));
            files.add(store(one, file));
            return file.commit();
        }

        private ResolvedModel.File store(ModelSource.Hub one, RemoteFile file)
                throws IOException, InterruptedException {
            Optional<ResolvedModel.File> there = cache.find(file.commit(), file.name());
            if (there.isPresent()) {
                return there.get();
            }
            try (CacheLock _ = CacheLock.take(cache.lockFile(file), tools.host())) {
                if (cache.find(file.commit(), file.name()).isEmpty()) {
                    if (!cache.hasBlob(file)) {
                        Path part = cache.part(file);
                        LOG.info("downloading {} ({})", one.text(), ByteText.of(file.lengthBytes()));
                        new BlobDownload(one, file, part, tools).run(client);
                        cache.publish(file, part);
                        downloaded = true;
                    }
                    cache.point(file);
                }
            }
            return cache.find(file.commit(), file.name())
                    .orElseThrow(() -> new IOException(file.name() + " vanished from " + settings.hubCache()));
        }

        private ResolvedModel resolved(String commit) {
            return new ResolvedModel(source, files, commit, !downloaded);
        }
    }

    /** What the cache alone can give: the file, or the best of those of the snapshot that are there. */
    private Optional<ResolvedModel> cached(ModelSource.Hub source, HubCache cache) throws IOException {
        Optional<String> commit = cache.commitOf(source.revision());
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        List<ResolvedModel.File> files = new ArrayList<>();
        for (String name : cachedNames(source, cache, commit.get())) {
            Optional<ResolvedModel.File> file = cache.find(commit.get(), name);
            if (file.isEmpty()) {
                return Optional.empty();
            }
            files.add(file.get());
        }
        return files.isEmpty() ? Optional.empty() : Optional.of(new ResolvedModel(source, files, commit.get(), true));
    }

    /** The files that the model needs, or none where the snapshot has no whole model. */
    private List<String> cachedNames(ModelSource.Hub source, HubCache cache, String commit) throws IOException {
        String file = source.file();
        if (file != null) {
            return List.of(file);
        }
        List<String> names = cache.list(commit);
        try {
            if (!FolderFiles.isModel(names)) {
                return names.isEmpty() ? names : List.of(tools.quants().choose(names, source.text()));
            }
            List<String> wanted = new ArrayList<>(FolderFiles.configuration(names));
            Optional<ResolvedModel.File> index = cache.find(commit, SafetensorsIndex.FILE_NAME);
            if (index.isPresent()) {
                wanted.add(SafetensorsIndex.FILE_NAME);
                wanted.addAll(FolderFiles.shards(names, index.get().path()));
            } else {
                wanted.addAll(FolderFiles.whole(names));
            }
            return wanted;
        } catch (JavelinException nothingFits) {
            return List.of();
        }
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
