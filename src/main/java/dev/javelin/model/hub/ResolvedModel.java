package dev.javelin.model.hub;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model that lies on this machine. Immutable.
 *
 * @param source where it came from
 * @param files at least one file, the main one first: a GGUF file, or the {@code config.json} of a Hugging Face folder,
 *     which all other files share with it
 * @param commit the Hub's commit or the package's version, or null for local files
 * @param cached whether nothing had to be downloaded
 */
public record ResolvedModel(
        ModelSource source, List<File> files, @Nullable String commit, boolean cached) {

    /** Copies the list. */
    public ResolvedModel {
        files = List.copyOf(files);
        if (files.isEmpty()) {
            throw new IllegalArgumentException("a model has at least one file");
        }
    }

    /** The main file. */
    public File mainFile() {
        return files.getFirst();
    }

    /** Whether it is a Hugging Face folder: a {@code config.json} with files beside it. */
    public boolean isFolder() {
        return mainFile().name().equals(FolderFiles.CONFIG);
    }

    /** Whether its weights are random numbers. */
    public boolean isDummy() {
        return source instanceof ModelSource.Dummy;
    }

    /** The folder of a Hugging Face model, else the main file. */
    public Path location() {
        return isFolder() ? Host.directoryOf(mainFile().path()) : mainFile().path();
    }

    /** What people call it: the folder's or repository's name, or the file's. */
    public String displayName() {
        if (isFolder() && source instanceof ModelSource.Hub hub) {
            return hub.name(); // the folder is called after the commit
        }
        Path name = location().toAbsolutePath().normalize().getFileName();
        return name == null ? source.text() : name.toString();
    }

    /** All files together. */
    public long totalBytes() {
        return files.stream().mapToLong(File::lengthBytes).sum();
    }

    /**
     * One file of a model.
     *
     * @param name path inside the repository, directory or wheel, with forward slashes
     * @param path where it lies
     * @param lengthBytes its length
     * @param sha256 64 lower-case hex digits, or null where nobody computed it
     */
    public record File(
            String name,
            Path path,
            long lengthBytes,
            @Nullable String sha256) {}
}
