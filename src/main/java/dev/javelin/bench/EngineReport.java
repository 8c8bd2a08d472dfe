package dev.javelin.bench;

import com.google.errorprone.annotations.FormatMethod;
import dev.javelin.backend.CachePlan;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.bench.RowOutcome.Measured;
import dev.javelin.bench.RowOutcome.NotRun;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was measured, and under which circumstances. Immutable.
 *
 * @param circumstances device, model, settings
 * @param outcomes the lines in order
 */
public record EngineReport(Circumstances circumstances, List<RowOutcome> outcomes) {
    private static final List<String> HEAD = List.of("row", "figure", "floor", "share of floor", "spread");

    /** Copies the list. */
    public EngineReport {
        outcomes = List.copyOf(outcomes);
    }

    /**
     * Where the figures come from. Immutable.
     *
     * @param runner device, model and limits
     * @param options what was asked for
     * @param floors ceilings and weights
     * @param scaled whether workloads were shrunk
     * @param measured when
     */
    public record Circumstances(
            RunnerDescription runner, EngineBenchOptions options, Floors floors, boolean scaled, Instant measured) {}

    /** The report for people: circumstances, then the table. */
    public String markdown() {
        RunnerDescription runner = circumstances.runner();
        Floors floors = circumstances.floors();
        DeviceCeilings ceilings = floors.ceilings();
        StringBuilder out = new StringBuilder();
        line(out, "Device: %s", runner.deviceName());
        line(out, "Measured: %s, build %s", measured(), circumstances.options().commit());
        line(
                out,
                "Model: %s (%s, %,d layers, %,d parameters a step in %.3f GB)",
                runner.spec().name(),
                runner.spec().architecture(),
                runner.spec().layers().size(),
                floors.costs().streamedParameters(),
                floors.weightBytes() * 1e-9);
        line(
                out,
                "Ceilings: read %.1f GB/s, copy %.1f GB/s, GEMM %.3f TFLOP/s (%s)",
                ceilings.readBytesPerSecond() * 1e-9,
                ceilings.copyBytesPerSecond() * 1e-9,
                ceilings.gemmFlopsPerSecond() * 1e-12,
                floors.ceilings().gemmShape());
        line(out, "Settings: %s", settings());
        if (circumstances.scaled()) {
            line(out, "Workloads are scaled down for this device: each row says what was run (--full for all of it).");
        }
        out.append('\n').append(table());
        return out.toString();
    }

    private String measured() {
        return circumstances.measured().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private String settings() {
        RunnerDescription runner = circumstances.runner();
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "%d sequences, %d tokens a step, %d steps in flight",
                runner.maxSlots(),
                runner.maxStepTokens(),
                runner.maxStepsInFlight()));
        for (CachePlan plan : runner.cachePlans()) {
            out.append(String.format(
                    Locale.ROOT,
                    ", KV cache of %,d tokens in %s, blocks of %d",
                    (long) plan.blockCount() * plan.blockTokens(),
                    plan.format(),
                    plan.blockTokens()));
        }
        return out.append(String.format(
                        Locale.ROOT,
                        ", temperature %s, seed %d",
                        circumstances.options().temperature(),
                        circumstances.options().seed()))
                .toString();
    }

    private String table() {
        MarkdownTable table = new MarkdownTable(HEAD);
        for (RowOutcome outcome : outcomes) {
            String name = outcome.row() + ": " + outcome.workload();
            switch (outcome) {
                case Measured row -> {
                    Double share = row.share();
                    table.add(
                            name,
                            row.unit().text(row.samples().median()),
                            row.floor() == null ? "" : row.unit().text(row.floor()),
                            share == null ? "" : String.format(Locale.ROOT, "%.1f%%", 100 * share),
                            spread(row) + (row.note().isEmpty() ? "" : "; " + row.note()));
                }
                case NotRun row -> table.add(name, "not run", "", "", row.reason());
            }
        }
        return table.toString();
    }

    private static String spread(Measured row) {
        Samples samples = row.samples();
        return samples.count() == 1
                ? "1 run"
                : row.unit().number(samples.least()) + " to " + row.unit().number(samples.most()) + ", "
                        + samples.count() + " runs";
    }

    @FormatMethod
    private static void line(StringBuilder out, String format, @Nullable Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** The report for programs: exact numbers, the unit in the key. */
    public String json() {
        RunnerDescription runner = circumstances.runner();
        Floors floors = circumstances.floors();
        ObjectNode root = JsonMapper.shared().createObjectNode();
        root.put("device", runner.deviceName())
                .put("measured", measured())
                .put("commit", circumstances.options().commit())
                .put("model", runner.spec().name())
                .put("scaled", circumstances.scaled())
                .put("settings", settings())
                .put("streamed_parameters", floors.costs().streamedParameters())
                .put("weight_bytes", floors.weightBytes())
                .put("read_bytes_per_second", floors.ceilings().readBytesPerSecond())
                .put("copy_bytes_per_second", floors.ceilings().copyBytesPerSecond())
                .put("gemm_flops_per_second", floors.ceilings().gemmFlopsPerSecond())
                .put("gemm_shape", floors.ceilings().gemmShape());
        ArrayNode rows = root.putArray("rows");
        for (RowOutcome outcome : outcomes) {
            ObjectNode node = rows.addObject().put("row", outcome.row()).put("workload", outcome.workload());
            switch (outcome) {
                case Measured row ->
                    node.put("unit", row.unit().symbol())
                            .put("median", row.samples().median())
                            .put("least", row.samples().least())
                            .put("most", row.samples().most())
                            .put("runs", row.samples().count())
                            .put("floor", row.floor())
                            .put("share_of_floor", row.share())
                            .put("note", row.note());
                case NotRun row -> node.put("not_run", row.reason());
            }
        }
        return JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }
}
