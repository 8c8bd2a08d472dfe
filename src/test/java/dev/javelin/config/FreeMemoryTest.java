package dev.javelin.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
    @TempDir
    Path root;

    private void file(String name, String content) throws IOException {
        Path path = root.resolve(name);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    @Test
    void kernelSaysWhatIsAvailable() throws IOException {
        file("proc/meminfo", "MemTotal:  2000 kB\nMemFree:  10 kB\nMemAvailable:    1500 kB\n");
        assertThat(new FreeMemory(root).bytes(7)).isEqualTo(1500 * 1024);
    }

    @Test
    void containerLimitCounts() throws IOException {
        file("proc/meminfo", "MemAvailable:    1500 kB\n");
        file("sys/fs/cgroup/memory.max", "1000000\n");
        file("sys/fs/cgroup/memory.current", "400000\n");
        assertThat(new FreeMemory(root).bytes(7)).isEqualTo(600_000);
    }

    @Test
    void olderControlGroupsCountToo() throws IOException {
        file("proc/meminfo", "MemAvailable:    1500 kB\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000000\n");
        file("sys/fs/cgroup/memory/memory.usage_in_bytes", "999999\n");
        assertThat(new FreeMemory(root).bytes(7)).isEqualTo(1);
    }

    @Test
    void groupWithoutALimitLimitsNothing() throws IOException {
        file("proc/meminfo", "MemAvailable:    1500 kB\n");
        file("sys/fs/cgroup/memory.max", "max\n");
        file("sys/fs/cgroup/memory.current", "400000\n");
        assertThat(new FreeMemory(root).bytes(7)).isEqualTo(1500 * 1024);
    }

    @Test
    void systemThatDoesNotSayGetsTheOtherNumber() {
        assertThat(new FreeMemory(root).bytes(7)).isEqualTo(7);
    }
}
