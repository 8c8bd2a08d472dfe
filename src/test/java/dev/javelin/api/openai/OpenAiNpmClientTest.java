package dev.javelin.api.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** npm's {@code openai} understands every answer; skipped where node or npm is missing, or cannot install it. */
class OpenAiNpmClientTest {
    private static final Path FOLDER = Path.of("target", "npm-openai");

    /**
     * How a command ended.
     *
     * @param exitCode -1 where it could not be started
     * @param output both streams
     */
    private record Result(int exitCode, String output) {}

    @Test
    void understandsEveryAnswer() throws IOException, InterruptedException {
        skipUnless(run(List.of("node", "--version")), "node is not installed");
        Files.createDirectories(FOLDER);
        for (String file : List.of(".npmrc", "package.json", "client.mjs")) {
            try (InputStream in = getClass().getResourceAsStream("/clients/openai/" + file)) {
                Files.copy(Objects.requireNonNull(in, file), FOLDER.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        if (!Files.isDirectory(FOLDER.resolve("node_modules/openai"))) {
            skipUnless(
                    run(List.of("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")),
                    "npm cannot install openai");
        }
        try (ClientTarget target = ClientTarget.open()) {
            Result result = run(List.of("node", "client.mjs", target.baseUrl(), target.model()));
            assertThat(result.output().strip()).isEqualTo("ok");
            assertThat(result.exitCode()).isZero();
        }
    }

    private static void skipUnless(Result result, String reason) {
        if (result.exitCode() != 0) {
            System.out.println("OpenAiNpmClientTest is skipped: " + reason + ": "
                    + result.output().lines().limit(3).toList());
        }
        assumeTrue(result.exitCode() == 0, reason);
    }

    private static Result run(List<String> command) throws InterruptedException {
        try {
            Path output = Files.createTempFile("npm", ".txt");
            Process process = new ProcessBuilder(command)
                    .directory(
                            Files.isDirectory(FOLDER)
                                    ? FOLDER.toFile()
                                    : Path.of(".").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(120, TimeUnit.SECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            String text = Files.readString(output, StandardCharsets.UTF_8);
            Files.delete(output);
            return new Result(ended ? process.exitValue() : -1, text);
        } catch (IOException e) {
            return new Result(-1, String.valueOf(e.getMessage()));
        }
    }
}
