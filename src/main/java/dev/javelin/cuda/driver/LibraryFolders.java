package dev.javelin.cuda.driver;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folders that CUDA's libraries are looked for in, in order, under one root (that of the file system, or a fake one
 * in tests). Immutable.
 */
final class LibraryFolders {
    /**
     * Relative to the root, * is any one name: the toolkit, NVIDIA's packages, drivers in containers, WSL and NixOS.
     */
    private static final List<String> KNOWN = List.of(
            "usr/local/cuda/lib64",
            "usr/local/cuda/targets/x86_64-linux/lib",
            "usr/local/cuda-13*/lib64",
            "usr/local/cuda-13*/targets/x86_64-linux/lib",
            "usr/lib/x86_64-linux-gnu",
            "usr/lib64",
            "usr/local/nvidia/lib64",
            "usr/lib/wsl/lib",
            "run/opengl-driver/lib");

    /** Roots of Python installations, relative to the root. */
    private static final List<String> PYTHONS = List.of("usr", "usr/local", "opt/venv", "opt/*/venv", "opt/*/.venv");

    /** Where Python packages lie inside an installation or a virtual environment. */
    private static final List<String> PACKAGES =
            List.of("lib/python3*/site-packages", "lib/python3*/dist-packages", "lib/python3/dist-packages");

    /** Where pip's CUDA packages keep libraries, inside a folder of Python packages: as of CUDA 13, and before. */
    private static final List<String> WHEELS = List.of("nvidia/cu13/lib", "nvidia/*/lib");

    private final Set<Path> folders = new LinkedHashSet<>();

    /** Reads the folders' names once. */
    LibraryFolders(Path root, List<Path> extraFolders) {
        extraFolders.forEach(this::addExtra);
        KNOWN.forEach(pattern -> folders.addAll(matches(root, pattern)));
        for (String python : PYTHONS) {
            matches(root, python).forEach(this::addPython);
        }
    }

    /** Existing folders, the first to be asked first. */
    List<Path> folders() {
        return List.copyOf(folders);
    }

    /** The first file of that name, or with that name before a further version. */
    Optional<Path> tryFind(String soname) {
        return folders.stream()
                .flatMap(folder -> tryFind(folder, soname).stream())
                .findFirst();
    }

    /** The same in one folder. */
    static Optional<Path> tryFind(Path folder, String soname) {
        Path exact = folder.resolve(soname);
        if (Files.isRegularFile(exact)) {
            return Optional.of(exact);
        }
        return list(folder, soname + ".*").stream().filter(Files::isRegularFile).findFirst();
    }

    private void addExtra(Path folder) {
        if (Files.isDirectory(folder)) {
            folders.add(folder);
            folders.addAll(matches(folder, "lib"));
            folders.addAll(matches(folder, "lib64"));
            addPackages(folder);
            addPython(folder);
        }
    }

    private void addPython(Path installation) {
        for (String packages : PACKAGES) {
            matches(installation, packages).forEach(this::addPackages);
        }
    }

    private void addPackages(Path packages) {
        WHEELS.forEach(wheel -> folders.addAll(matches(packages, wheel)));
    }

    /** Existing folders below {@code base} whose relative path matches, name by name. */
    private static List<Path> matches(Path base, String pattern) {
        List<Path> found = List.of(base);
        for (String name : pattern.split("/", -1)) {
            List<Path> next = new ArrayList<>();
            for (Path folder : found) {
                Stream<Path> named = name.contains("*") ? list(folder, name).stream() : Stream.of(folder.resolve(name));
                named.filter(Files::isDirectory).forEach(next::add);
            }
            found = next;
        }
        return found;
    }

    /** Sorted; a folder that cannot be read is empty. */
    private static List<Path> list(Path folder, String glob) {
        List<Path> entries = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, glob)) {
                stream.forEach(entries::add);
            } catch (IOException | DirectoryIteratorException unreadable) {
                return List.of();
            }
        }
        entries.sort(null);
        return entries;
    }
}
