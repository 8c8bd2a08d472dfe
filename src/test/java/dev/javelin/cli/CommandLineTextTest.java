package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTextTest {
    private static final String LOST = "\uFFFD";

    @TempDir
    private Path folder = Path.of("");

    private Path commandLine(String... parts) throws IOException {
        return Files.writeString(folder.resolve("cmdline"), String.join("\0", parts) + "\0");
    }

    @Test
    void lostLettersComeBack() throws IOException {
        Path line = commandLine("java", "-jar", "é.jar", "tokenize", "grün?", "", "日本");
        assertArrayEquals(
                new String[] {"tokenize", "grün?", "", "日本"},
                CommandLineText.restore(
                        new String[] {"tokenize", "gr" + LOST.repeat(2) + "n?", "", LOST.repeat(6)}, line));
    }

    @Test
    void whatDoesNotMatchStaysAsItIs() throws IOException {
        String[] args = {"tokenize", LOST};
        assertArrayEquals(args, CommandLineText.restore(args, commandLine("java", "render", "é")));
        assertArrayEquals(args, CommandLineText.restore(args, commandLine("é")));
        assertArrayEquals(args, CommandLineText.restore(args, folder.resolve("missing")));
    }

    @Test
    void whatIsWholeIsNotLookedUp() {
        String[] args = {"tokenize", "é?"};
        assertArrayEquals(args, CommandLineText.restore(args, folder.resolve("missing")));
    }
}
