package dev.javelin.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * Memory that this process can still take: what the kernel calls available, within the limit of the process's control
 * group. Stateless.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">control groups, memory</a>
 */
final class FreeMemory {
    private final Path root;

    /**
     * A view of a machine.
     *
     * @param root of its file system; tests give a folder
     */
    FreeMemory(Path root) {
        this.root = root;
    }

    /**
     * Bytes that are free.
     *
     * @param otherwiseBytes for a system that does not say
     */
    long bytes(long otherwiseBytes) {
        long free = available().orElse(otherwiseBytes);
        OptionalLong limit = number("sys/fs/cgroup/memory.max");
        OptionalLong used = number("sys/fs/cgroup/memory.current");
        if (limit.isEmpty()) {
            limit = number("sys/fs/cgroup/memory/memory.limit_in_bytes");
            used = number("sys/fs/cgroup/memory/memory.usage_in_bytes");
        }
        if (limit.isPresent()) {
            free = Math.min(free, Math.max(0, limit.getAsLong() - used.orElse(0)));
        }
        return free;
    }

    private OptionalLong available() {
        return lines("proc/meminfo").stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }

    /** Empty where there is no such file, or no limit ({@code max}). */
    private OptionalLong number(String file) {
        return lines(file).stream()
                .filter(line -> line.matches("\\d{1,18}"))
                .mapToLong(Long::parseLong)
                .findFirst();
    }

    private List<String> lines(String file) {
        try {
            Path path = root.resolve(file);
            return Files.isReadable(path) ? Files.readAllLines(path) : List.of();
        } catch (IOException e) {
            return List.of(); // a system that does not say
        }
    }
}
