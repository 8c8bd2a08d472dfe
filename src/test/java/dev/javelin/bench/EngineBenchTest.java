package dev.javelin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.bench.RowOutcome.Measured;
import dev.javelin.bench.RowOutcome.NotRun;
import dev.javelin.cli.TinyModelFile;
import dev.javelin.config.HostEnvironment;
import dev.javelin.error.JavelinException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every row through the real engine and the CPU runner, over a model of a few thousand weights. */
class EngineBenchTest {
    private static final HostEnvironment HOST =
            new HostEnvironment(Map.of("HF_HUB_OFFLINE", "1"), Path.of("target/no-such-home"), false);

    @TempDir
    private Path folder = Path.of("");

    private EngineReport run(int contextTokens, Duration limit, String... rows) {
        Path file = TinyModelFile.runnable()
                .metadata("llama.context_length", contextTokens)
                .write(folder.resolve("tiny.gguf"));
        EngineBenchOptions options = new EngineBenchOptions(
                List.of(file.toString()),
                Map.of("kv-cache-size", "64MB", "cpu-threads", "2"),
                List.of(rows),
                false,
                limit,
                Duration.ofMillis(50),
                2,
                1,
                1,
                "c0ffee");
        return new EngineBench(options, HOST).run();
    }

    @Test
    void everyRowIsMeasuredAsOftenAsAsked() {
        EngineReport report = run(512, Duration.ofMinutes(2));
        assertThat(report.outcomes())
                .hasSize(18)
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOfSatisfying(Measured.class, row -> {
                    assertThat(row.samples().count()).isEqualTo(row.row().equals("start") ? 1 : 2);
                    assertThat(row.samples().least()).isPositive();
                }));
        assertThat(report.outcomes())
                .filteredOn(outcome -> outcome instanceof Measured row && row.floor() == null)
                .extracting(RowOutcome::row)
                .containsExactly("start", "engine-overhead");
        assertThat(note(report, "prefix-off")).startsWith("0.0% of");
        // 57 of 64 tokens are shared: one block of 32 is found by every request, in the first turn by all but some
        assertThat(note(report, "prefix-second-turn")).startsWith("50.0% of");
        assertThat(report.markdown())
                .contains("build c0ffee")
                .contains("scaled down")
                .contains("| decode-256: 32 x (16 in + 16 out) ");
        JsonNode json = JsonMapper.shared().readTree(report.json());
        assertThat(json.get("rows").size()).isEqualTo(18);
        assertThat(json.get("rows").get(0).get("row").asString()).isEqualTo("tpot-512");
        assertThat(json.get("weight_bytes").asLong()).isPositive();
    }

    private static String note(EngineReport report, String row) {
        return report.outcomes().stream()
                .filter(outcome -> outcome.row().equals(row))
                .map(outcome -> ((Measured) outcome).note())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void rowsThatDoNotFitOrFindNoTimeSayWhy() {
        EngineReport report = run(128, Duration.ofMinutes(1), "tpot-8192", "decode-8");
        assertThat(report.outcomes().getFirst())
                .isEqualTo(new NotRun(
                        "tpot-8192",
                        "1 x (256 in + 16 out)",
                        "needs sequences of 272 tokens, the model's context is 128"));
        assertThat(report.outcomes().getLast()).isInstanceOf(Measured.class);
        EngineReport late = run(128, Duration.ofMillis(1500), "decode-8");
        assertThat(late.outcomes())
                .singleElement()
                .isInstanceOfSatisfying(
                        NotRun.class, row -> assertThat(row.reason()).isEqualTo("the time was over before its turn"));
        assertThat(late.markdown()).contains("| not run ");
    }

    @Test
    void unknownRowIsRefusedBeforeTheModelIsLookedFor() {
        EngineBenchOptions options = new EngineBenchOptions(
                List.of("/no/such/file.gguf"), Map.of(), List.of("tpot"), false, null, Duration.ZERO, null, 1, 1, "");
        assertThatThrownBy(() -> new EngineBench(options, HOST).run())
                .isInstanceOf(JavelinException.class)
                .hasMessageContaining("'tpot'");
    }
}
