package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
            if (Files.isDirectory(path)) {
                String name = quants.choose(names(path), path.toString());
                return resolved(source, name, path.resolve(name));
            }
            if (!Files.isRegularFile(path)) {
                throw new JavelinException(
                        ErrorCode.MODEL_UNAVAILABLE,
                        Files.exists(path)
                                ? path + " is neither a file nor a directory"
                                : "no file or directory " + path.toAbsolutePath());
            }
            if (!Files.isReadable(path)) {
                throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, path + " may not be read by this user");
            }
            return resolved(source, String.valueOf(path.getFileName()), path);
        } catch (IOException e) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot read " + path + ": " + e, e);
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(f -> String.valueOf(f.getFileName()))
                    .toList();
        }
    }

    private static ResolvedModel resolved(ModelSource source, String name, Path path) throws IOException {
        return new ResolvedModel(
                source, List.of(new ResolvedModel.File(name, path, Files.size(path), null)), null, true);
    }
}
