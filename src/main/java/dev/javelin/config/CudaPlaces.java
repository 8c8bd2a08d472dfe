package dev.javelin.config;

import dev.javelin.cuda.driver.LibrarySearch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Where the environment says that CUDA's libraries may be, beside the places that the search knows. Stateless. */
final class CudaPlaces {
    private CudaPlaces() {}

    /** A search for what one GPU needs; JavaCPP's wrappers go to our own cache. */
    static LibrarySearch search(HostEnvironment host) {
        Map<String, String> variables = host.variables();
        List<Path> folders = Stream.concat(
                        named(variables, "CUDA_HOME", "CUDA_PATH")
                                .flatMap(home ->
                                        Stream.of(home.resolve("lib64"), home.resolve("targets/x86_64-linux/lib"))),
                        named(variables, "VIRTUAL_ENV", "CONDA_PREFIX"))
                .toList();
        return LibrarySearch.in(folders, HostEnvironments.caches().resolve("javacpp"));
    }

    private static Stream<Path> named(Map<String, String> variables, String... names) {
        return Stream.of(names)
                .map(name -> variables.getOrDefault(name, ""))
                .filter(value -> !value.isBlank())
                .map(Path::of);
    }
}
