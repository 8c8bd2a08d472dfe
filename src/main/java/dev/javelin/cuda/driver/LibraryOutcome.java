package dev.javelin.cuda.driver;

import java.nio.file.Path;
import java.util.Map;

/** What a search for CUDA's libraries gave. Immutable. */
public sealed interface LibraryOutcome {

    /**
     * Everything wanted is loaded.
     *
     * @param files each library that was found, optional ones included, with the file that it was loaded from
     */
    record Loaded(Map<CudaLibrary, Path> files) implements LibraryOutcome {
        /** Copies the map. */
        public Loaded {
            files = Map.copyOf(files);
        }
    }

    /**
     * Something is missing; no binding was touched.
     *
     * @param reason every missing library, what brings it and where it was looked for
     */
    record Missing(String reason) implements LibraryOutcome {}
}
