package dev.javelin.cli;

import dev.javelin.config.HostEnvironment;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;

/** A {@code main} of the command line alone, for tests that need a process of their own. Stateless. */
public final class CommandProcess {
    private CommandProcess() {}

    /** Runs one command line; {@code serve} prints what it was called with. */
    public static void main(String[] args) {
        HostEnvironment host = new HostEnvironment(System.getenv(), Path.of("").toAbsolutePath(), false);
        int exitCode = JavelinCommand.run(
                args,
                System.in,
                new FileOutputStream(FileDescriptor.out),
                System.err,
                host,
                serveArgs -> System.err.println("serve " + String.join(" ", serveArgs)));
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }
}
