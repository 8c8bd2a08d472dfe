package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchCommandTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void tableIsLastOnStdoutAndFiguresGoToTheFile() throws IOException {
        Path model = TinyModelFile.runnable().write(folder.resolve("tiny.gguf"));
        Path json = folder.resolve("out.json");
        CommandRun run = CommandRun.of(
                "bench",
                "engine",
                "--model=" + model,
                "--backend=cpu",
                "--rows=ttft-2048,start",
                "--warm-up=0",
                "--repeats=1",
                "--set=kv-cache-size=32MB",
                "--json=" + json);
        assertEquals(0, run.exitCode(), run.err());
        List<String> lines = run.lines();
        assertTrue(lines.getFirst().startsWith("Device: CPU, "), lines.getFirst());
        assertTrue(lines.get(lines.size() - 4).startsWith("| row "), run.out());
        assertTrue(lines.get(lines.size() - 2).startsWith("| ttft-2048: 1 x (64 in) "), run.out());
        assertTrue(lines.getLast().startsWith("| start: "), run.out());
        assertTrue(Files.readString(json).contains("\"read_bytes_per_second\""));
    }

    @ParameterizedTest
    @CsvSource({
        "bench, 2, Missing required subcommand",
        "bench engine --repeats=0, 2, '--repeats is 0, it must be at least 1'",
        "bench engine --backend=abacus, 2, expected one of",
        "bench engine --rows=tpot, 1, --rows names 'tpot'",
        "bench load, 2, Missing required option: '--url=URL'",
        "bench load --url=http://localhost --spread=1, 2, '--spread is 1.0, it must be from 0 to below 1'",
        "bench load --url=https://localhost, 1, without TLS"
    })
    void mistakeIsNamed(String line, int exitCode, String message) {
        CommandRun run = CommandRun.of(line.split(" ", -1));
        assertEquals(exitCode, run.exitCode());
        assertTrue(run.err().contains(message), run.err());
        assertEquals("", run.out());
    }
}
