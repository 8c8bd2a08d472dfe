package dev.javelin.cli;

import dev.javelin.config.HostEnvironment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command that ran in this process, without network. Immutable.
 *
 * @param exitCode what the process would end with
 * @param out what it printed
 * @param err what it complained of
 * @param served the arguments of each start of the server
 */
record CommandRun(int exitCode, String out, String err, List<List<String>> served) {
    private static final HostEnvironment HOST =
            new HostEnvironment(Map.of("HF_HUB_OFFLINE", "1"), Path.of("target/no-such-home"), false);

    /** Runs with nothing on stdin. */
    static CommandRun of(String... args) {
        return withInput("", args);
    }

    /** Runs with a text on stdin. */
    static CommandRun withInput(String input, String... args) {
        return withInput(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), args);
    }

    /** Runs with bytes on stdin. */
    static CommandRun withInput(InputStream in, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CommandRun run = onto(in, out, args);
        return new CommandRun(run.exitCode(), out.toString(StandardCharsets.UTF_8), run.err(), run.served());
    }

    /** Runs with bytes on stdin and results to a stream. */
    static CommandRun onto(InputStream in, OutputStream out, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        List<List<String>> served = new ArrayList<>();
        int exitCode = JavelinCommand.run(
                args,
                in,
                out,
                new PrintStream(err, true, StandardCharsets.US_ASCII), // as in a "C" locale
                HOST,
                serveArgs -> served.add(List.of(serveArgs)));
        return new CommandRun(exitCode, "", err.toString(StandardCharsets.UTF_8), served);
    }

    /** The results, line by line. */
    List<String> lines() {
        return out.lines().toList();
    }
}
