package dev.javelin.cuda.nvrtc;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A main class in a JVM of its own, so that what it loads stays out of this one. */
public final class ForkedJvm {
    private ForkedJvm() {}

    /**
     * What a process gave.
     *
     * @param exitCode 0 where it went well
     * @param output stdout and stderr
     */
    public record Result(int exitCode, String output) {}

    /** Runs it to its end on this JVM's class path, or ends it after the limit. */
    public static Result run(Duration limit, Class<?> main, List<String> arguments) throws IOException {
        return run(limit, System.getProperty("java.class.path"), Map.of(), List.of(), main.getName(), arguments);
    }

    /** The same with a class path, additions to the environment and options of the JVM. */
    public static Result run(
            Duration limit,
            String classPath,
            Map<String, String> environment,
            List<String> options,
            String main,
            List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-modules=jdk.incubator.vector",
                "-Xmx512m"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(arguments);
        return runCommand(limit, environment, command);
    }

    /** Runs a command to its end, or ends it after the limit. */
    static Result runCommand(Duration limit, Map<String, String> environment, List<String> command) throws IOException {
        Path output = Files.createTempFile("javelin-fork", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(new File("/dev/null"))
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    return new Result(-1, "still running after " + limit + ":\n" + text(output));
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while waiting for " + command.getFirst(), stop);
            } finally {
                process.destroyForcibly();
            }
            return new Result(process.exitValue(), text(output));
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
