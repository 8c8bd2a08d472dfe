package dev.javelin.model.hub;

import dev.javelin.model.hub.HubClient.RemoteFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hugging Face's cache directory, one repository of it. Thread-safe, since the files are the only state and appear by
 * atomic moves.
 *
 * <pre>
 * hub/.locks/models--owner--name/ETAG.javelin.lock
 * hub/models--owner--name/refs/main                     text: the commit
 *                         blobs/ETAG                    content
 *                         blobs/ETAG.javelin.incomplete part of it
 *                         snapshots/COMMIT/dir/file     link to ../../../blobs/ETAG, or the content itself
 * </pre>
 *
 * Source: the Hub documentation's page "Hub Local Cache".
 */
final class HubCache {
    private static final Logger LOG = LoggerFactory.getLogger(HubCache.class);

    private final Path root;
    private final Path locks;
    private final Host host;

    HubCache(Path hubCache, ModelSource.Hub source, Host host) {
        String folder = "models--" + source.owner() + "--" + source.name();
        this.root = hubCache.resolve(folder);
        this.locks = hubCache.resolve(".locks").resolve(folder);
        this.host = host;
    }

    /** The commit that a revision meant when it was last looked up, if known. */
    Optional<String> commitOf(String revision) throws IOException {
        if (SafeNames.isCommit(revision)) {
            return Optional.of(revision);
        }
        Path ref = root.resolve("refs").resolve(revision);
        if (!Files.isRegularFile(ref)) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(ref).strip()).filter(SafeNames::isCommit);
    }

    /** Remembers what a revision means now. */
    void rememberCommit(String revision, String commit) throws IOException {
        if (SafeNames.isCommit(revision)
                || commitOf(revision).filter(commit::equals).isPresent()) {
            return;
        }
        Path ref = root.resolve("refs").resolve(revision);
        Path directory = Files.createDirectories(Host.directoryOf(ref));
        Path fresh = Files.createTempFile(directory, ".javelin", ".tmp");
        Files.writeString(fresh, commit);
        move(fresh, ref);
    }

    /** A complete file of a snapshot. */
    Optional<ResolvedModel.File> find(String commit, String file) throws IOException {
        Path pointer = pointer(commit, file);
        if (!Files.isRegularFile(pointer)) {
            return Optional.empty();
        }
        Path name = pointer.toRealPath().getFileName();
        String sha256 =
                name != null && SafeNames.isEtag(name.toString()) ? new ContentHash(name.toString()).sha256() : null;
        return Optional.of(new ResolvedModel.File(file, pointer, Files.size(pointer), sha256));
    }

    /** The complete files of a snapshot. */
    List<String> list(String commit) throws IOException {
        Path snapshot = root.resolve("snapshots").resolve(commit);
        if (!Files.isDirectory(snapshot)) {
            return List.of();
        }
        try (Stream<Path> tree = Files.walk(snapshot)) {
            return tree.filter(Files::isRegularFile)
                    .map(p -> snapshot.relativize(p).toString().replace('\\', '/'))
                    .toList();
        }
    }

    Path lockFile(RemoteFile file) {
        return locks.resolve(file.hash().etag() + ".javelin.lock");
    }

    /** Where a download of this file grows; its directory exists afterwards. */
    Path part(RemoteFile file) throws IOException {
        Files.createDirectories(root.resolve("blobs"));
        return blob(file).resolveSibling(file.hash().etag() + ".javelin.incomplete");
    }

    boolean hasBlob(RemoteFile file) throws IOException {
        Path blob = blob(file);
        return Files.isRegularFile(blob) && Files.size(blob) == file.lengthBytes();
    }

    /** Gives a complete part its name. */
    void publish(RemoteFile file, Path part) throws IOException {
        move(part, blob(file));
    }

    /** Makes the snapshot's name for a blob that exists. */
    void point(RemoteFile file) throws IOException {
        Path pointer = pointer(file.commit(), file.name());
        Path directory = Host.directoryOf(pointer);
        Files.createDirectories(directory);
        Path blob = blob(file);
        Path fresh = directory.resolve("." + file.hash().etag() + ".javelin.tmp");
        Files.deleteIfExists(fresh);
        if (tryLink(fresh, directory.relativize(blob.toAbsolutePath()))) {
            move(fresh, pointer);
        } else {
            move(blob, pointer); // no links here: the content itself stands in the snapshot
        }
    }

    private boolean tryLink(Path link, Path target) {
        try {
            host.link(link, target);
            return true;
        } catch (IOException | UnsupportedOperationException | SecurityException e) {
            LOG.info("no symbolic links in {} ({}), storing the file itself", link.getParent(), e.toString());
            return false;
        }
    }

    private Path blob(RemoteFile file) {
        return root.resolve("blobs").resolve(file.hash().etag());
    }

    private Path pointer(String commit, String file) {
        Path snapshot = root.resolve("snapshots").resolve(commit);
        Path pointer = snapshot.resolve(file).normalize();
        if (!pointer.startsWith(snapshot.normalize())) {
            throw new IllegalArgumentException("the name leaves its snapshot: " + file);
        }
        return pointer;
    }

    private static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
