package dev.javelin.cuda.nvrtc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.springframework.util.FileSystemUtils;

/**
 * What compiling kernels needs on a machine without a GPU: NVRTC and CUDA's runtime from PyPI, fetched once into the
 * caches folder, and an empty library in the driver's place. For forked JVMs only: the empty driver must not meet a
 * test that looks for a real one.
 */
public final class CompilerKit {
    private static final List<String> PACKAGES = List.of("nvidia-cuda-nvrtc==13.0.*", "nvidia-cuda-runtime==13.0.*");
    private static final List<List<String>> PIPS =
            List.of(List.of("python3", "-m", "pip"), List.of("pip3"), List.of("pip"));
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private CompilerKit() {}

    /** The folder to search libraries in; skips the calling test, with the reason, where it cannot be had. */
    public static synchronized Path folder() {
        Path kit = caches().resolve("javelin").resolve("nvrtc-13.0");
        try {
            String refusal = Files.isDirectory(kit) ? "" : fetch(kit);
            if (!refusal.isEmpty()) {
                String message = "skipped, no NVRTC to be had: " + refusal;
                System.err.println(message);
                return Assumptions.abort(message);
            }
            return kit;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Builds a library with that soname from C files and libraries; empty, or why it cannot be had. */
    public static String buildLibrary(Path folder, String soname, List<String> inputs) {
        List<String> command = new ArrayList<>(List.of(
                "gcc",
                "-shared",
                "-fPIC",
                "-O2",
                "-Wall",
                "-Werror",
                "-o",
                folder.resolve(soname).toString(),
                "-Wl,-soname," + soname));
        command.addAll(inputs.isEmpty() ? List.of("-x", "c", "/dev/null") : inputs);
        command.add("-lm");
        return failure(command);
    }

    private static String fetch(Path kit) throws IOException {
        Path part = Files.createTempDirectory(Files.createDirectories(kit.resolveSibling("parts")), "nvrtc");
        try {
            String refusal = install(part);
            if (refusal.isEmpty()) {
                refusal = buildLibrary(part, "libcuda.so.1", List.of());
            }
            if (refusal.isEmpty()) {
                Files.move(part, kit, StandardCopyOption.ATOMIC_MOVE);
            }
            return refusal;
        } catch (FileAlreadyExistsException | DirectoryNotEmptyException other) {
            return "";
        } finally {
            FileSystemUtils.deleteRecursively(part);
        }
    }

    private static String install(Path part) throws IOException {
        String refusal = "";
        for (List<String> pip : PIPS) {
            List<String> command = Stream.of(
                            pip,
                            List.of("install", "--no-deps", "--only-binary=:all:", "--no-compile", "--no-input"),
                            List.of("--disable-pip-version-check", "--timeout=10", "--retries=1", "-q"),
                            List.of("--target", part.toString()),
                            PACKAGES)
                    .flatMap(List::stream)
                    .toList();
            refusal = failure(command);
            if (refusal.isEmpty()) {
                break;
            }
        }
        return refusal;
    }

    /** Runs it; empty, or what it said. */
    private static String failure(List<String> command) {
        try {
            ForkedJvm.Result result = ForkedJvm.runCommand(LIMIT, Map.of(), command);
            return result.exitCode() == 0 ? "" : String.join(" ", command) + ": " + result.output();
        } catch (IOException absent) {
            return absent.toString();
        }
    }

    private static Path caches() {
        String caches = System.getenv("XDG_CACHE_HOME");
        String home = System.getenv().getOrDefault("HOME", System.getProperty("user.home"));
        return caches == null || caches.isBlank() ? Path.of(home, ".cache") : Path.of(caches);
    }
}
