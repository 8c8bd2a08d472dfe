package dev.javelin.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that reads, writes results and ends. Confined to the main thread; used once. */
@Command(mixinStandardHelpOptions = true, versionProvider = Version.class)
abstract class ConsoleCommand implements Callable<Integer> {
    private final CommandContext context;

    @Option(
            names = {"-v", "--verbose"},
            description = "Log where the model comes from; show the stack trace of an error.")
    private boolean verbose;

    @Spec
    private CommandSpec spec = CommandSpec.create(); // picocli puts the command's own here

    ConsoleCommand(CommandContext context) {
        this.context = context;
    }

    /** Does the work. */
    abstract void run() throws IOException;

    @Override
    public final Integer call() throws IOException {
        try (Verbosity _ = Verbosity.of(verbose)) {
            run();
            context.out().flush();
        }
        return 0;
    }

    final CommandContext context() {
        return context;
    }

    final boolean isVerbose() {
        return verbose;
    }

    /** An error in how the command was called: usage follows, exit code 2. */
    final ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
