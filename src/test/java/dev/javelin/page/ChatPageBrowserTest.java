package dev.javelin.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The chat page in headless Chromium, driven by {@code src/test/browser/chat.mjs}: every check of that script is a test
 * here. Skipped, with the reason printed, where Chromium, Node or npm is absent.
 */
class ChatPageBrowserTest {
    private static final Path SCRIPTS = Path.of("src/test/browser");
    private static final Path MODULES = Path.of("target/browser");
    private static final int FEWEST_CHECKS = 15;

    @TestFactory
    List<DynamicTest> pageHoldsInARealBrowser() throws IOException, InterruptedException {
        String chromium = tool("chromium", "chromium-browser", "google-chrome");
        String node = tool("node");
        String npm = tool("npm");
        install(npm);
        List<String> lines;
        try (FakeChatApi api = new FakeChatApi()) {
            lines = run(
                    Path.of("."),
                    120,
                    node,
                    SCRIPTS.resolve("chat.mjs").toString(),
                    "--fake",
                    "--chromium=" + chromium,
                    api.address().toString(),
                    "target/screenshots");
        }
        lines.forEach(System.out::println);
        List<DynamicTest> tests = new ArrayList<>();
        for (String line : lines) {
            String[] parts = line.split("\t", 3);
            if (parts[0].equals("ok") || parts[0].equals("not ok")) {
                String reason = parts.length > 2 ? parts[2].replace("\\n", "\n") : "";
                tests.add(DynamicTest.dynamicTest(parts[1], () -> assertEquals("ok", parts[0], reason)));
            }
        }
        String all = String.join("\n", lines);
        tests.add(DynamicTest.dynamicTest("everyCheckRan", () -> {
            assertTrue(tests.size() > FEWEST_CHECKS, () -> "only " + tests.size() + " checks ran:\n" + all);
            assertEquals("done", lines.getLast(), all);
        }));
        return tests;
    }

    /** The script's modules, from the lock file beside it; a copy, so that the source tree stays clean. */
    private static void install(String npm) throws IOException, InterruptedException {
        Files.createDirectories(MODULES);
        boolean isInstalled = Files.exists(MODULES.resolve("node_modules/playwright-core/package.json"));
        for (String file : List.of("package.json", "package-lock.json", ".npmrc")) {
            Path copy = MODULES.resolve(file);
            isInstalled &= Files.exists(copy) && Files.mismatch(SCRIPTS.resolve(file), copy) < 0;
            Files.copy(SCRIPTS.resolve(file), copy, StandardCopyOption.REPLACE_EXISTING);
        }
        if (!isInstalled) {
            List<String> said = run(MODULES, 120, npm, "ci");
            if (!Files.exists(MODULES.resolve("node_modules/playwright-core/package.json"))) {
                skip("npm could not install playwright-core: " + String.join(" | ", said));
            }
        }
    }

    private static String tool(String... names) {
        List<String> folders =
                Arrays.asList(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        for (String name : names) {
            Stream<Path> places = folders.stream().map(folder -> Path.of(folder, name));
            var found = places.filter(Files::isExecutable).findFirst();
            if (found.isPresent()) {
                return found.get().toString();
            }
        }
        return skip("none of " + String.join(", ", names) + " is on the PATH");
    }

    private static String skip(String reason) {
        System.out.println("ChatPageBrowserTest is skipped: " + reason);
        Assumptions.abort(reason);
        return reason;
    }

    /** Runs a command to its end and returns its lines; a command that does not end in time fails the test. */
    private static List<String> run(Path folder, int limitSeconds, String... command)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("javelin-browser", ".log");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean hasEnded = process.waitFor(limitSeconds, TimeUnit.SECONDS);
        if (!hasEnded) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output);
        Files.delete(output);
        assertTrue(hasEnded, () -> "not done in " + limitSeconds + " s: " + String.join("\n", lines));
        assertFalse(lines.isEmpty(), "the command said nothing: " + String.join(" ", command));
        return lines;
    }
}
