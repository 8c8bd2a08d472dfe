package dev.javelin.cli;

import dev.javelin.bench.EngineBench;
import dev.javelin.bench.EngineBenchOptions;
import dev.javelin.bench.EngineReport;
import dev.javelin.config.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the engine in this process. Confined to the main thread; used once. */
@Command(
        name = "engine",
        description = {
            "Measures the engine on this machine, with each figure's share of what the device could do at best.",
            "A Markdown table goes to stdout."
        })
final class BenchEngineCommand extends ConsoleCommand {
    @Option(
            names = "--model",
            paramLabel = "SOURCE",
            description = "What to run, as javelin.model takes it; several are tried in order.")
    private List<String> models = new ArrayList<>();

    @Option(names = "--backend", description = "What computes: ${COMPLETION-CANDIDATES}.")
    private @Nullable Backend backend;

    @Option(
            names = "--rows",
            split = ",",
            paramLabel = "ROW",
            description = {"What to measure; all without it. An unknown name is answered with those that there are."})
    private List<String> rows = new ArrayList<>();

    @Option(
            names = "--max-seconds",
            paramLabel = "N",
            description = "End after this time; what was not measured then is listed.")
    private @Nullable Integer maxSeconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "4",
            description = "Run made-up requests first for so long; ${DEFAULT-VALUE} by default.")
    private int warmUpSeconds;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            description = "Measure each row so often; without it a few times, and long rows once.")
    private @Nullable Integer repeats;

    @Option(names = "--full", description = "Full workloads on a CPU, too: they take hours.")
    private boolean full;

    @Option(names = "--seed", defaultValue = "1", description = "Of lengths and prompts; ${DEFAULT-VALUE} by default.")
    private long seed;

    @Option(names = "--temperature", defaultValue = "1", description = "Of sampling; ${DEFAULT-VALUE} by default.")
    private double temperature;

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description = "A setting of the engine, without 'javelin.', e.g. max-sequences=64.")
    private Map<String, String> settings = new HashMap<>();

    @Option(names = "--commit", paramLabel = "HASH", description = "What was built, for the report.")
    private @Nullable String commit;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, in exact numbers.")
    private @Nullable Path json;

    BenchEngineCommand(CommandContext context) {
        super(context);
    }

    @Override
    void run() throws IOException {
        atLeastOne("--max-seconds", maxSeconds);
        atLeastOne("--repeats", repeats);
        if (backend != null) {
            settings.put("backend", backend.name().toLowerCase(Locale.ROOT));
        }
        EngineBenchOptions options = new EngineBenchOptions(
                models,
                settings,
                rows,
                full,
                maxSeconds == null ? null : Duration.ofSeconds(maxSeconds),
                Duration.ofSeconds(warmUpSeconds),
                repeats,
                seed,
                temperature,
                commit == null ? Version.packaged() : commit);
        EngineReport report = new EngineBench(options, context().host()).run();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        context().out().print(report.markdown());
    }

    private void atLeastOne(String option, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw wrongUsage(option + " is " + value + ", it must be at least 1");
        }
    }
}
