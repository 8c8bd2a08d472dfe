package dev.javelin.cli;

import dev.javelin.config.HostEnvironment;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The command line's entry. Stateless; a call is confined to its thread.
 *
 * <p>Without a command, or with one that is only options, it is {@code serve}.
 */
@Command(
        name = "javelin",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "[COMMAND]",
        description = "An LLM inference server for the JVM. Without a command it serves.")
public final class JavelinCommand {
    /** The command did what was asked. */
    public static final int DONE = 0;
    /** The command failed and said why on stderr. */
    public static final int FAILED = 1;
    /** The command was called wrongly; stderr says how it is called. */
    public static final int WRONG_USAGE = 2;
    /** Nobody reads the results any more. */
    public static final int BROKEN_PIPE = 141;

    private static final List<String> OWN_OPTIONS = List.of("--help", "--version");

    private JavelinCommand() {}

    /**
     * Runs one command line.
     *
     * @param args of {@code main}
     * @param in standard input
     * @param out standard output, best not a {@link PrintStream}, which cannot say why it failed: a
     *     {@link java.io.FileOutputStream} of {@link java.io.FileDescriptor#out}. Flushed, not closed
     * @param err standard error; written in UTF-8 whatever its charset
     * @param host environment variables and home directory
     * @param serve called for {@code serve}, with its arguments; what it throws is passed on, but for a
     *     {@link JavelinException}
     * @return the exit code. With {@link #DONE}, {@code main} just returns, as a server may be running by now; with any
     *     other it exits
     */
    public static int run(
            String[] args, InputStream in, OutputStream out, PrintStream err, HostEnvironment host, Serve serve) {
        PrintStream utf8Err = new PrintStream(err, true, StandardCharsets.UTF_8);
        CommandContext context = new CommandContext(in, new ResultStream(out), utf8Err, host);
        ServeCommand serveCommand = new ServeCommand();
        CommandLine commandLine = commandLine(context, serveCommand);
        int exitCode = commandLine.execute(withCommand(CommandLineText.restore(args, CommandLineText.LINUX)));
        exitCode = exitCode == DONE ? flushed(context) : exitCode;
        String[] serveArguments = serveCommand.requestedArguments();
        if (serveArguments != null) {
            try {
                serve.serve(serveArguments);
            } catch (JavelinException e) {
                return failed(utf8Err, e.reason(), null);
            }
        }
        utf8Err.flush();
        return exitCode;
    }

    private static CommandLine commandLine(CommandContext context, ServeCommand serve) {
        CommandLine root = new CommandLine(new JavelinCommand());
        CommandLine serveLine = new CommandLine(serve).setUnmatchedOptionsArePositionalParams(true);
        root.addSubcommand(serveLine)
                .addSubcommand(new InspectCommand(context))
                .addSubcommand(new TokenizeCommand(context))
                .addSubcommand(new DetokenizeCommand(context))
                .addSubcommand(new RenderCommand(context))
                .addSubcommand(bench(context))
                .addSubcommand(new CommandLine.HelpCommand());
        root.setOut(new PrintWriter(context.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(context.err(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false) // a text to tokenize may begin with @
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(context.host().interactive() ? Ansi.AUTO : Ansi.OFF))
                .setParameterExceptionHandler((e, _) -> wrongUsage(context.err(), e))
                .setExecutionExceptionHandler((e, command, _) -> failed(context.err(), e, command));
        return root;
    }

    private static CommandLine bench(CommandContext context) {
        return new CommandLine(new BenchCommand())
                .addSubcommand(new BenchEngineCommand(context))
                .addSubcommand(new BenchLoadCommand(context));
    }

    /** Spelled out: {@code serve} where only its arguments are there. */
    private static String[] withCommand(String[] args) {
        boolean onlyOptions = args.length == 0 || (args[0].startsWith("--") && !OWN_OPTIONS.contains(args[0]));
        return onlyOptions
                ? Stream.concat(Stream.of("serve"), Arrays.stream(args)).toArray(String[]::new)
                : args;
    }

    private static int wrongUsage(PrintStream err, ParameterException e) {
        CommandLine command = e.getCommandLine();
        err.println("javelin: " + oneLine(mistake(e)));
        UnmatchedArgumentException.printSuggestions(e, new PrintWriter(err, true, StandardCharsets.UTF_8));
        err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return WRONG_USAGE;
    }

    private static String mistake(ParameterException e) {
        boolean isRoot = e.getCommandLine().getParent() == null;
        if (isRoot && e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            return "unknown command '" + unmatched.getUnmatched().getFirst() + "'";
        }
        return String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
    }

    private static int failed(PrintStream err, Exception e, CommandLine command) {
        Exception shown = command.getCommand() instanceof ConsoleCommand console && console.isVerbose() ? e : null;
        return switch (e) {
            case BrokenPipeException _ -> BROKEN_PIPE;
            case JavelinException known -> failed(err, known.reason(), shown);
            case IOException io -> failed(err, "cannot read or write: " + io.getMessage(), shown);
            default -> failed(err, "internal error, please report it: " + e, shown == null ? e : shown);
        };
    }

    private static int failed(PrintStream err, String message, @Nullable Exception shown) {
        err.println("javelin: " + oneLine(message));
        if (shown != null) {
            shown.printStackTrace(err);
        }
        err.flush();
        return FAILED;
    }

    private static int flushed(CommandContext context) {
        try {
            context.out().flush();
            return DONE;
        } catch (BrokenPipeException e) {
            return BROKEN_PIPE;
        } catch (IOException e) {
            return failed(context.err(), "cannot write: " + e.getMessage(), null);
        }
    }

    private static String oneLine(String message) {
        return Printable.of(message.strip().replaceAll("\\s*\\R\\s*", " "));
    }
}
