package dev.javelin.cli;

import picocli.CommandLine.Command;

/** Groups the benchmarks; it does nothing itself, so picocli asks for one of them. Stateless. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Measures an engine, or a server over HTTP.")
final class BenchCommand {}
