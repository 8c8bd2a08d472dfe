package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process of its own, in the poorest of environments. */
class CommandProcessTest {
    private static final int LIMIT_SECONDS = 120;

    @TempDir
    private Path folder = Path.of("");

    /** What a process left behind. */
    private record Ended(int exitCode, String out, String err) {}

    /** Writes a process's stdin. */
    @FunctionalInterface
    private interface Input {
        void writeTo(OutputStream stdin) throws IOException;
    }

    private Ended run(List<String> jvmOptions, Input input, String... args) throws Exception {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(jvmOptions);
        line.addAll(List.of("-cp", System.getProperty("java.class.path"), CommandProcess.class.getName()));
        line.addAll(Arrays.asList(args));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        environment.clear();
        environment.put("LANG", "C");
        environment.put("LC_ALL", "C");
        Process process = builder.start();
        try (OutputStream stdin = process.getOutputStream()) {
            input.writeTo(stdin);
        }
        try {
            assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "still runs");
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void speaksUtf8InACLocaleAndKeepsStdoutForResults() throws Exception {
        String model =
                TinyModelFile.runnable().write(folder.resolve("tiny.gguf")).toString();
        Input lines = stdin -> stdin.write(
                "{\"template\": \"{{ s }}日本\", \"data\": {\"s\": \"é🚀\"}}\n".getBytes(StandardCharsets.UTF_8));
        assertEquals(new Ended(0, "{\"text\": \"é🚀日本\"}\n", ""), run(List.of(), lines, "render", "--jsonl"));

        Input nothing = _ -> {};
        Ended shown = run(List.of(), nothing, "tokenize", "--no-special", "-v", "-m", model, "é");
        assertEquals("     195  bytes c3\n     169  bytes a9\n2 tokens\n", shown.out());
        assertTrue(shown.err().matches("\\d\\d:\\d\\d:\\d\\d\\.\\d{3} INFO  ModelResolver: model .*\\R"), shown.err());

        Ended failed = run(List.of(), nothing, "tokenize", "-t", "ünknown", "x");
        assertEquals(1, failed.exitCode());
        assertEquals("", failed.out());
        // the JVM cannot open such a path in this locale, but can say so
        assertTrue(failed.err().startsWith("javelin: ünknown is no path of this system: "), failed.err());
    }

    @Test
    void hundredThousandLinesOfTextPassThroughASmallHeap() throws Exception {
        String model =
                TinyModelFile.runnable().write(folder.resolve("tiny.gguf")).toString();
        int lineCount = 100_000;
        byte[] line = ("\"" + "hey ".repeat(200) + "\"\n").getBytes(StandardCharsets.UTF_8);
        Input lines = stdin -> {
            for (int i = 0; i < lineCount; i++) {
                stdin.write(line);
            }
        };
        // 80 MB in, more out, in a heap of 24
        Ended ended = run(List.of("-Xmx24m", "-XX:+UseSerialGC"), lines, "tokenize", "--jsonl", "-m", model);
        assertEquals("", ended.err());
        assertEquals(0, ended.exitCode());
        String expected = "[258, " + "257, 32, ".repeat(200);
        assertEquals(lineCount, ended.out().lines().count());
        assertEquals(1, ended.out().lines().distinct().count(), "every line is the same");
        assertEquals(
                expected.substring(0, expected.length() - 2) + "]",
                ended.out().lines().findFirst().orElse(""));
    }
}
