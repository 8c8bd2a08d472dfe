package dev.javelin.cuda.driver;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds and loads CUDA's libraries before any class of the bindings is touched. Thread-safe by a lock; what is loaded
 * stays loaded, since native libraries belong to the process.
 *
 * <p>Each library is asked of the loader first (so {@code LD_LIBRARY_PATH} and {@code ld.so.conf} count) and then
 * looked for in {@link LibraryFolders}. The bindings' own wrappers name these libraries by soname, which the loader
 * answers with what is in the process already; so they resolve whatever the environment says.
 */
public final class CudaLibraries {
    private static final String BUILTINS = "libnvrtc-builtins.so.13";
    private static final ReentrantLock LOCK = new ReentrantLock();
    private static final Map<CudaLibrary, Path> LOADED = new EnumMap<>(CudaLibrary.class);

    private CudaLibraries() {}

    /** Loads what is wanted and still missing, and what else is found. Never throws. */
    public static LibraryOutcome load(LibrarySearch search) {
        LOCK.lock();
        try {
            return load(search, new LibraryFolders(Path.of("/"), search.extraFolders()));
        } finally {
            LOCK.unlock();
        }
    }

    /**
     * Loads those from the standard places, unless they are loaded.
     *
     * @throws JavelinException DEVICE_UNAVAILABLE, naming what is missing
     */
    public static void require(Set<CudaLibrary> wanted) {
        LibrarySearch search = new LibrarySearch(List.of(), null, wanted);
        if (!isLoaded(wanted) && load(search) instanceof LibraryOutcome.Missing missing) {
            throw new JavelinException(ErrorCode.DEVICE_UNAVAILABLE, missing.reason());
        }
    }

    private static boolean isLoaded(Set<CudaLibrary> wanted) {
        LOCK.lock();
        try {
            return LOADED.keySet().containsAll(wanted);
        } finally {
            LOCK.unlock();
        }
    }

    private static LibraryOutcome load(LibrarySearch search, LibraryFolders folders) {
        List<String> missing = new ArrayList<>();
        for (CudaLibrary library : CudaLibrary.values()) {
            if (LOADED.containsKey(library)) {
                continue;
            }
            @Nullable String failure = tryLoad(library, folders);
            if (failure != null && search.wanted().contains(library)) {
                missing.add(failure);
                if (library == CudaLibrary.DRIVER) {
                    break;
                }
            }
        }
        if (!missing.isEmpty()) {
            return new LibraryOutcome.Missing(String.join("; ", missing) + "; looked for in the loader's path and in "
                    + String.join(
                            ", ", folders.folders().stream().map(Path::toString).toList()));
        }
        prepareBindings(search.unpackFolder());
        return new LibraryOutcome.Loaded(LOADED);
    }

    /** Null once it is loaded, else why it is not. */
    private static @Nullable String tryLoad(CudaLibrary library, LibraryFolders folders) {
        boolean inLoaderPath = tryLoader(library.soname());
        Optional<Path> found = inLoaderPath ? mappedFile(library.soname()) : folders.tryFind(library.soname());
        if (found.isEmpty() && !inLoaderPath) {
            return library.soname() + " was not found; install " + library.origin();
        }
        Path file = found.orElse(Path.of(library.soname()));
        try {
            if (!inLoaderPath) {
                loadFile(file);
            }
            if (library == CudaLibrary.NVRTC) {
                loadBuiltins(file);
            }
        } catch (UnsatisfiedLinkError broken) {
            return file + " does not load: " + broken.getMessage();
        }
        LOADED.put(library, file);
        return null;
    }

    /** The compiler opens its built-ins by name at its first use; those of its own version lie beside it. */
    private static void loadBuiltins(Path compiler) {
        Path folder = compiler.getParent();
        if (folder != null) {
            LibraryFolders.tryFind(folder, BUILTINS).ifPresent(CudaLibraries::loadFile);
        }
    }

    @SuppressWarnings("restricted") // loading native code is what this class is for
    private static boolean tryLoader(String soname) {
        try {
            SymbolLookup.libraryLookup(soname, Arena.global());
            return true;
        } catch (IllegalArgumentException absent) {
            return false;
        }
    }

    @SuppressWarnings("restricted") // loading native code is what this class is for
    private static void loadFile(Path file) {
        System.load(file.toAbsolutePath().toString());
    }

    /** Which file the process has mapped under that name, whatever version ends it. */
    private static Optional<Path> mappedFile(String soname) {
        String stem = soname.substring(0, soname.indexOf(".so.") + ".so.".length());
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
            return lines.filter(line -> line.indexOf('/') >= 0)
                    .map(line -> Path.of(line.substring(line.indexOf('/'))))
                    .filter(path -> String.valueOf(path.getFileName()).startsWith(stem))
                    .findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /**
     * JavaCPP reads these once, when its first class is initialised. Its own limit of physical memory would count what
     * Java and the device map; a place for its wrappers must be writable, which a home directory in a container may not
     * be.
     */
    private static void prepareBindings(@Nullable Path unpackFolder) {
        System.getProperties().putIfAbsent("org.bytedeco.javacpp.maxphysicalbytes", "0");
        if (unpackFolder != null) {
            System.getProperties().putIfAbsent("org.bytedeco.javacpp.cachedir", unpackFolder.toString());
        }
    }
}
