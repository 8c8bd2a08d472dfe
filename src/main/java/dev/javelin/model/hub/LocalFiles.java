package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.SafetensorsIndex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Finds the model of a local file or directory. Immutable. */
final class LocalFiles {
    private final QuantPreference quants;

    LocalFiles(QuantPreference quants) {
        this.quants = quants;
    }

    ResolvedModel find(ModelSource.Local source) {
        Path path = source.path();
        try {
            requireReadable(path);
            if (Files.isDirectory(path)) {
                List<String> names = names(path);
                return FolderFiles.isModel(names)
                        ? resolved(source, path, withWeights(path, names))
                        : resolved(source, path, List.of(quants.choose(names, path.toString())));
            }
            return resolved(source, folderOf(path), List.of(String.valueOf(path.getFileName())));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static List<String> withWeights(Path folder, List<String> names) {
        List<String> files = new ArrayList<>(FolderFiles.configuration(names));
        if (FolderFiles.hasIndex(names)) {
            files.add(SafetensorsIndex.FILE_NAME);
            files.addAll(FolderFiles.shards(names, folder.resolve(SafetensorsIndex.FILE_NAME)));
        } else {
            files.addAll(FolderFiles.whole(names));
        }
        return files;
    }

    /** The configuration without weights. */
    ResolvedModel find(ModelSource.Dummy source) {
        Path path = source.path();
        try {
            requireReadable(path);
            boolean isConfig = path.endsWith(FolderFiles.CONFIG) && Files.isRegularFile(path);
            Path folder = isConfig ? folderOf(path) : path;
            List<String> names = isConfig || Files.isDirectory(path) ? names(folder) : List.of();
            if (!names.contains(FolderFiles.CONFIG)) {
                throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, folder + " has no " + FolderFiles.CONFIG);
            }
            return resolved(source, folder, FolderFiles.configuration(names));
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private static void requireReadable(Path path) {
        if (!Files.isDirectory(path) && !Files.isRegularFile(path)) {
            throw new JavelinException(
                    ErrorCode.MODEL_UNAVAILABLE,
                    Files.exists(path)
                            ? path + " is neither a file nor a directory"
                            : "no file or directory " + path.toAbsolutePath());
        }
        if (!Files.isReadable(path)) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, path + " may not be read by this user");
        }
    }

    private static JavelinException unreadable(Path path, IOException e) {
        return new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot read " + path + ": " + e, e);
    }

    /** The folder as it was written, relative or not. */
    private static Path folderOf(Path file) {
        Path folder = file.getParent();
        return folder == null ? Path.of("") : folder;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> String.valueOf(f.getFileName()))
                    .toList();
        }
    }

    private static ResolvedModel resolved(ModelSource source, Path folder, List<String> names) throws IOException {
        List<ResolvedModel.File> files = new ArrayList<>();
        for (String name : names) {
            Path path = folder.resolve(name);
            files.add(new ResolvedModel.File(name, path, Files.size(path), null));
        }
        return new ResolvedModel(source, files, null, true);
    }
}
