package dev.javelin.cuda.driver;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where to look for CUDA's libraries. Immutable.
 *
 * @param extraFolders looked into before the known places: folders of libraries, of Python packages
 *     ({@code site-packages}) or virtual environments
 * @param unpackFolder where JavaCPP unpacks its wrappers; null leaves it JavaCPP's choice, {@code ~/.javacpp}
 * @param wanted the libraries without which the search has failed; the others are loaded where they are found
 */
public record LibrarySearch(
        List<Path> extraFolders, @Nullable Path unpackFolder, Set<CudaLibrary> wanted) {
    /** Copies the collections. */
    public LibrarySearch {
        extraFolders = List.copyOf(extraFolders);
        wanted = Set.copyOf(wanted);
    }

    /** For what one GPU needs, with folders to look into first and a place for JavaCPP's wrappers. */
    public static LibrarySearch in(List<Path> extraFolders, Path unpackFolder) {
        return new LibrarySearch(extraFolders, unpackFolder, CudaLibrary.forRunner());
    }
}
