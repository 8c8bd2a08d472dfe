package dev.javelin.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kernels on the CPU: each {@code src/test/cuda/*_check.cpp} compiles a kernel source against the emulator beside
 * it and compares with references in double. Skipped, with the reason printed, where bash or g++ is absent.
 */
class EmulatedKernelsTest {
    private static final Path CHECKS = Path.of("src/test/cuda");
    private static final int LIMIT_SECONDS = 180;

    @TestFactory
    List<DynamicTest> kernelsHoldOnTheEmulator(@TempDir Path folder) throws IOException {
        requireTool("bash");
        requireTool("g++");
        List<Path> checks;
        try (Stream<Path> files = Files.list(CHECKS)) {
            checks = files.filter(file -> file.toString().endsWith("_check.cpp"))
                    .sorted()
                    .toList();
        }
        assertFalse(checks.isEmpty(), "no check in " + CHECKS);
        return checks.stream()
                .map(check -> {
                    String name = check.getFileName().toString().replace("_check.cpp", "");
                    return DynamicTest.dynamicTest(name, () -> run(check, folder.resolve(name + ".log")));
                })
                .toList();
    }

    /** A check that does not end in time fails like one that says no. */
    private static void run(Path check, Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", CHECKS.resolve("check.sh").toString(), check.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean hasEnded = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!hasEnded) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        String said = Files.readString(output);
        assertTrue(hasEnded, () -> "not done in " + LIMIT_SECONDS + " s:\n" + said);
        assertEquals(0, process.exitValue(), said);
    }

    private static void requireTool(String name) {
        List<String> folders =
                Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        if (folders.stream().map(folder -> Path.of(folder, name)).noneMatch(Files::isExecutable)) {
            String reason = name + " is not on the PATH";
            System.out.println("EmulatedKernelsTest is skipped: " + reason);
            Assumptions.abort(reason);
        }
    }
}
