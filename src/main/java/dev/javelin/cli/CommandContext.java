package dev.javelin.cli;

import dev.javelin.config.HostEnvironment;
import java.io.InputStream;
import java.io.PrintStream;

/**
 * What every command works with. Confined to the command's thread.
 *
 * @param in standard input, as bytes
 * @param out standard output: results only
 * @param err standard error: everything else, UTF-8
 * @param host the machine
 */
record CommandContext(InputStream in, ResultStream out, PrintStream err, HostEnvironment host) {}
