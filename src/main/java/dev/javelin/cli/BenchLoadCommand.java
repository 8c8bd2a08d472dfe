package dev.javelin.cli;

import dev.javelin.bench.LengthDraw;
import dev.javelin.bench.load.LoadBench;
import dev.javelin.bench.load.LoadOptions;
import dev.javelin.bench.load.LoadReport;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a server over HTTP. Confined to the main thread; used once. */
@Command(
        name = "load",
        description = {
            "Sends streaming completions to a server and measures when tokens come.",
            "Any server with OpenAI's API will do that takes ignore_eos. Markdown tables go to stdout."
        })
final class BenchLoadCommand extends ConsoleCommand {
    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            description = "The server: http://host:port, with /v1 or without.")
    private String url = "";

    @Option(names = "--model", paramLabel = "NAME", description = "The first that the server lists, without it.")
    private @Nullable String model;

    @Option(names = "--requests", paramLabel = "N", defaultValue = "100", description = "${DEFAULT-VALUE} by default.")
    private int requests;

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Requests a second, in Poisson arrivals; all at once without it.")
    private @Nullable Double rate;

    @Option(
            names = "--input",
            paramLabel = "N",
            defaultValue = "292",
            description = "Words (or ids) of a prompt, on average; ${DEFAULT-VALUE} by default.")
    private int inputTokens;

    @Option(
            names = "--output",
            paramLabel = "N",
            defaultValue = "579",
            description = "Tokens of an answer, on average; ${DEFAULT-VALUE} by default.")
    private int outputTokens;

    @Option(
            names = "--spread",
            paramLabel = "S",
            defaultValue = "0.5",
            description = "Lengths are uniform within this share of the average; ${DEFAULT-VALUE} by default.")
    private double spread;

    @Option(
            names = "--ids",
            paramLabel = "V",
            description = "Prompts of random token ids below V, instead of English words.")
    private @Nullable Integer vocabulary;

    @Option(names = "--temperature", defaultValue = "1", description = "Of sampling; ${DEFAULT-VALUE} by default.")
    private double temperature;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of lengths, prompts and arrivals; ${DEFAULT-VALUE} by default.")
    private long seed;

    @Option(names = "--header", paramLabel = "NAME=VALUE", description = "Sent with each request.")
    private Map<String, String> headers = new HashMap<>();

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "After this a request has failed; ${DEFAULT-VALUE} by default.")
    private int timeoutSeconds;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there, in exact numbers.")
    private @Nullable Path json;

    BenchLoadCommand(CommandContext context) {
        super(context);
    }

    @Override
    void run() throws IOException {
        check("--requests", requests, requests >= 1, "at least 1");
        check("--rate", rate, rate == null || rate > 0, "above 0");
        check("--input", inputTokens, inputTokens >= 1, "at least 1");
        check("--output", outputTokens, outputTokens >= 1, "at least 1");
        check("--spread", spread, spread >= 0 && spread < 1, "from 0 to below 1");
        check("--ids", vocabulary, vocabulary == null || vocabulary >= 1, "at least 1");
        check("--timeout", timeoutSeconds, timeoutSeconds >= 1, "at least 1");
        LoadOptions options = new LoadOptions(
                LoadBench.base(url),
                model,
                requests,
                rate,
                new LengthDraw(inputTokens, spread),
                new LengthDraw(outputTokens, spread),
                vocabulary,
                temperature,
                seed,
                headers,
                Duration.ofSeconds(timeoutSeconds));
        LoadReport report = new LoadBench(options).run();
        if (json != null) {
            Files.writeString(json, report.json());
        }
        context().out().print(report.markdown());
        if (!report.isComplete()) {
            context().out().flush();
            throw new JavelinException(ErrorCode.NOT_READY, "not every request was answered; the report says why");
        }
    }

    private void check(String option, @Nullable Object value, boolean valid, String range) {
        if (!valid) {
            throw wrongUsage(option + " is " + value + ", it must be " + range);
        }
    }
}
