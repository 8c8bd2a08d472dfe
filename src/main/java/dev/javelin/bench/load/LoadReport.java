package dev.javelin.bench.load;

import dev.javelin.bench.MarkdownTable;
import dev.javelin.bench.Samples;
import dev.javelin.bench.Unit;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server did under load. Immutable.
 *
 * @param options what was asked for
 * @param model the model's name
 * @param askedTokens tokens of all answers that were asked for
 * @param ownCost what the client costs
 * @param figures what came
 * @param measured when
 */
public record LoadReport(
        LoadOptions options, String model, long askedTokens, OwnCost ownCost, LoadFigures figures, Instant measured) {
    private static final List<String> HEAD = List.of("measure", "median", "p99", "mean");

    /** Whether every request was answered. */
    public boolean isComplete() {
        return figures.failures().isEmpty();
    }

    /** The report for people: circumstances, then the tables. */
    public String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("Server: ")
                .append(options.base())
                .append(", model ")
                .append(model)
                .append('\n');
        out.append("Measured: ")
                .append(measured.truncatedTo(ChronoUnit.SECONDS))
                .append('\n');
        out.append("Load: ").append(load()).append('\n');
        out.append(String.format(
                Locale.ROOT,
                "Own cost against a null server: %.2f us of CPU a token, at most %,.0f tok/s, first token after "
                        + "%.1f ms; in this run the client used %.1f%% of one core%n",
                ownCost.cpuSecondsPerToken() * 1e6,
                ownCost.tokensPerSecond(),
                ownCost.firstTokenSeconds() * 1e3,
                100 * figures.clientCpuSeconds() / figures.seconds()));
        figures.failures()
                .forEach((why, count) -> out.append("Failed: ")
                        .append(count)
                        .append(" x ")
                        .append(why)
                        .append('\n'));
        return out.append('\n').append(totals()).append('\n').append(times()).toString();
    }

    private String load() {
        Double rate = options.ratePerSecond();
        return String.format(
                Locale.ROOT,
                "%,d requests, %s, prompts of %d %s and answers of %d tokens (both +- %.0f%%), temperature %s, seed %d",
                options.requestCount(),
                rate == null ? "all at once" : "Poisson arrivals at " + rate + " a second",
                options.prompt().meanTokens(),
                options.vocabularyTokens() == null ? "words" : "token ids",
                options.answer().meanTokens(),
                100 * options.answer().spread(),
                options.temperature(),
                options.seed());
    }

    private String totals() {
        MarkdownTable table = new MarkdownTable(List.of("total", "count", "a second"));
        double seconds = figures.seconds();
        int failed = figures.results().size() - figures.answeredRequests();
        total(table, "requests answered", figures.answeredRequests(), seconds);
        table.add("requests failed", Integer.toString(failed), "");
        total(table, "prompt tokens", figures.promptTokens(), seconds);
        total(table, "answer tokens", figures.answerTokens(), seconds);
        table.add("answer tokens asked for", String.format(Locale.ROOT, "%,d", askedTokens), "");
        total(table, "events with tokens", figures.events(), seconds);
        table.add("seconds", Unit.SECONDS.number(seconds), "");
        return table.toString();
    }

    private static void total(MarkdownTable table, String name, long count, double seconds) {
        table.add(name, String.format(Locale.ROOT, "%,d", count), Unit.TOKENS_PER_SECOND.number(count / seconds));
    }

    private String times() {
        MarkdownTable table = new MarkdownTable(HEAD);
        time(table, "time to first token", figures.firstTokenSeconds());
        if (figures.hasTokenTimes()) {
            time(table, "time per output token", figures.secondsPerToken());
        }
        time(table, "whole answer", figures.answerSeconds());
        return table.toString();
    }

    private static void time(MarkdownTable table, String name, Samples seconds) {
        table.add(
                name,
                Unit.MILLISECONDS.text(1e3 * seconds.median()),
                Unit.MILLISECONDS.text(1e3 * seconds.percentile(99)),
                Unit.MILLISECONDS.text(1e3 * seconds.mean()));
    }

    /** The report for programs: exact numbers, the unit in the key. */
    public String json() {
        double seconds = figures.seconds();
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("server", options.base().toString())
                .put("model", model)
                .put("measured", measured.truncatedTo(ChronoUnit.SECONDS).toString())
                .put("load", load())
                .put("seconds", seconds)
                .put("requests_answered", figures.answeredRequests())
                .put("prompt_tokens", figures.promptTokens())
                .put("answer_tokens", figures.answerTokens())
                .put("answer_tokens_asked", askedTokens)
                .put("events", figures.events())
                .put("answer_tokens_per_second", figures.answerTokens() / seconds)
                .put("client_cpu_seconds", figures.clientCpuSeconds())
                .put("own_cpu_seconds_per_token", ownCost.cpuSecondsPerToken())
                .put("own_tokens_per_second", ownCost.tokensPerSecond());
        ObjectNode failures = root.putObject("failures");
        figures.failures().forEach(failures::put);
        times(root, "first_token_seconds", figures.firstTokenSeconds());
        if (figures.hasTokenTimes()) {
            times(root, "seconds_per_token", figures.secondsPerToken());
        }
        times(root, "answer_seconds", figures.answerSeconds());
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void times(ObjectNode root, String name, Samples seconds) {
        root.putObject(name)
                .put("median", seconds.median())
                .put("p99", seconds.percentile(99))
                .put("mean", seconds.mean());
    }
}
