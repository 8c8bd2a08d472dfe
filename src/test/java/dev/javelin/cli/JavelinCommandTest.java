package dev.javelin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.javelin.config.HostEnvironment;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JavelinCommandTest {
    static Stream<Arguments> serveLines() {
        return Stream.of(
                Arguments.of("", List.of()),
                Arguments.of("serve", List.of()),
                Arguments.of("--server.port=1", List.of("--server.port=1")),
                Arguments.of(
                        "--server.port=1 --a.b=c -x positional @file",
                        List.of("--server.port=1", "--a.b=c", "-x", "positional", "@file")),
                Arguments.of("serve --javelin.model=hf:a/b --debug=1", List.of("--javelin.model=hf:a/b", "--debug=1")));
    }

    @ParameterizedTest
    @MethodSource("serveLines")
    void servesWithTheArgumentsAsTheyAre(String line, List<String> expected) {
        CommandRun run = CommandRun.of(line.isEmpty() ? new String[0] : line.split(" "));
        assertEquals(new CommandRun(0, "", "", List.of(expected)), run);
    }

    @Test
    void passesOnWhatServeThrowsExceptForAKnownError() {
        JavelinException known = new JavelinException(ErrorCode.INVALID_SETTING, "port is 0,\n  it must not be");
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertEquals(1, serve(err, known));
        assertEquals("javelin: port is 0, it must not be\n", err.toString(StandardCharsets.UTF_8));
        IllegalStateException unknown = new IllegalStateException("Spring's business");
        assertEquals(unknown, assertThrows(IllegalStateException.class, () -> serve(err, unknown)));
    }

    private static int serve(ByteArrayOutputStream err, RuntimeException thrown) {
        HostEnvironment host = new HostEnvironment(Map.of(), Path.of("."), false);
        Serve serve = _ -> {
            throw thrown;
        };
        return JavelinCommand.run(
                new String[] {"serve"},
                InputStream.nullInputStream(),
                new ByteArrayOutputStream(),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                host,
                serve);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help"})
    void helpNamesEveryCommand(String option) {
        CommandRun run = CommandRun.of(option);
        assertEquals(0, run.exitCode());
        assertEquals("", run.err());
        for (String command : List.of("serve", "inspect", "tokenize", "detokenize", "render")) {
            assertTrue(run.out().contains("\n  " + command + " "), run.out());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"serve", "inspect", "tokenize", "detokenize", "render"})
    void everyCommandHasHelpAndVersion(String command) {
        CommandRun help = CommandRun.of(command, "--help");
        assertEquals(0, help.exitCode(), help.err());
        assertTrue(help.out().startsWith("Usage: javelin " + command + " "), help.out());
        CommandRun version = CommandRun.of(command, "--version");
        assertEquals(0, version.exitCode(), version.err());
        assertEquals(CommandRun.of("--version").out(), version.out());
        assertTrue(version.out().matches("javelin .*, Java 25.*\\R"), version.out());
        assertEquals(List.of(), version.served());
    }

    static Stream<Arguments> mistakes() {
        return Stream.of(
                Arguments.of("frobnicate", "javelin: unknown command 'frobnicate'", "javelin"),
                Arguments.of("tokenise", "javelin: unknown command 'tokenise'", "javelin"),
                Arguments.of("-x", "javelin: Unknown option: '-x'", "javelin"),
                Arguments.of("inspect --frob m", "javelin: Unknown option: '--frob'", "javelin inspect"),
                Arguments.of("inspect", "javelin: Missing required parameter: 'MODEL'", "javelin inspect"),
                Arguments.of("inspect a b", "javelin: Unmatched argument at index 2: 'b'", "javelin inspect"),
                Arguments.of(
                        "tokenize x",
                        "javelin: Missing required argument (specify one of these): (-m=SOURCE | -t=PATH)",
                        "javelin tokenize"),
                Arguments.of(
                        "tokenize -m a -t b",
                        "javelin: --model=SOURCE, --tokenizer=PATH are mutually exclusive (specify only one)",
                        "javelin tokenize"),
                Arguments.of(
                        "tokenize -t b --jsonl text",
                        "javelin: --jsonl reads stdin and takes no TEXT",
                        "javelin tokenize"),
                Arguments.of(
                        "detokenize -t b --jsonl 1",
                        "javelin: --jsonl reads stdin and takes no ID",
                        "javelin detokenize"),
                Arguments.of("detokenize -t b one", "javelin: 'one' is no token id", "javelin detokenize"),
                Arguments.of(
                        "render --jsonl []",
                        "javelin: --jsonl takes neither MESSAGES nor --no-generation-prompt",
                        "javelin render"));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void wrongUsageIsExplainedOnStderrWithExitCode2(String line, String message, String command) {
        CommandRun run = CommandRun.of(line.split(" "));
        assertEquals(2, run.exitCode());
        assertEquals("", run.out());
        List<String> err = run.err().lines().toList();
        assertEquals(message, err.getFirst());
        assertEquals("Try '" + command + " --help'.", err.getLast());
        assertEquals(List.of(), run.served());
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of("inspect hf:", "model source \"hf:\": the repository needs owner/name"),
                Arguments.of(
                        "inspect no/such/place/at-all.gguf",
                        "no file or directory "
                                + Path.of("no/such/place/at-all.gguf").toAbsolutePath()),
                Arguments.of(
                        "tokenize -t no-such-file x",
                        "no file or directory " + Path.of("no-such-file").toAbsolutePath()),
                Arguments.of("tokenize -t src x", "src has no tokenizer.json"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void failuresAreOneLineOnStderrWithExitCode1(String line, String message) {
        CommandRun run = CommandRun.of(line.split(" "));
        assertEquals(new CommandRun(1, "", "javelin: " + message + "\n", List.of()), run);
    }

    @Test
    void stackTraceIsShownOnRequest() {
        assertTrue(CommandRun.of("inspect", "-v", "hf:").err().contains("\tat dev.javelin.cli."));
        assertFalse(CommandRun.of("inspect", "hf:").err().contains("\tat "));
    }

    @Test
    void readerThatGoesAwayEndsTheRunQuietly() {
        PrintStream closed = new PrintStream(new ClosedPipe(), false, StandardCharsets.UTF_8);
        InputStream lines = new ByteArrayInputStream(
                "{\"template\": \"x\"}\n".repeat(100_000).getBytes(StandardCharsets.UTF_8));
        assertEquals(new CommandRun(141, "", "", List.of()), CommandRun.onto(lines, closed, "render", "--jsonl"));
        assertTrue(lines instanceof ByteArrayInputStream bytes && bytes.available() > 1_000_000, "went on reading");
        assertEquals(
                new CommandRun(141, "", "", List.of()),
                CommandRun.onto(InputStream.nullInputStream(), new ClosedPipe(), "--help"));
    }
}
