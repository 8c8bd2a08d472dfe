package dev.javelin.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.backend.CacheFormat;
import dev.javelin.backend.CachePlan;
import dev.javelin.backend.RunnerDescription;
import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowCatalogTest {
    private static RunnerDescription runner(int slots, int blocks) {
        var group = Llama8b.cachePlans(null).getFirst().group();
        return new RunnerDescription(
                Llama8b.spec(),
                "made up",
                List.of(new CachePlan(group, CacheFormat.BF16, 16, blocks)),
                slots,
                8192,
                2,
                List.of());
    }

    private static Row row(String name) {
        return new RowCatalog(Scale.FULL, 1).select(List.of(name)).getFirst();
    }

    @Test
    void namesAreStable() {
        assertThat(new RowCatalog(Scale.FULL, 1).names())
                .containsExactly(
                        "tpot-512",
                        "tpot-8192",
                        "decode-8",
                        "decode-32",
                        "decode-64",
                        "decode-128",
                        "decode-256",
                        "ttft-2048",
                        "ttft-8192",
                        "offline-512-1024",
                        "offline-1000-1000",
                        "offline-292-579",
                        "prefix-off",
                        "prefix-on",
                        "prefix-second-turn",
                        "start",
                        "engine-overhead");
        assertThat(new RowCatalog(Scale.CPU, 2).names()).isEqualTo(new RowCatalog(Scale.FULL, 1).names());
    }

    @Test
    void selectionKeepsTheReportsOrder() {
        List<Row> rows = new RowCatalog(Scale.FULL, 1).select(List.of("prefix-on", "tpot-512"));
        assertThat(rows).extracting(Row::name).containsExactly("tpot-512", "prefix-on");
        assertThat(new RowCatalog(Scale.FULL, 1).select(List.of())).hasSize(17);
    }

    @Test
    void unknownNameIsRefusedWithThoseThatThereAre() {
        assertThatThrownBy(() -> new RowCatalog(Scale.FULL, 1).select(List.of("tpot-512", "tpot-513")))
                .isInstanceOfSatisfying(JavelinException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_SETTING);
                    assertThat(e.field()).isEqualTo("--rows");
                    assertThat(e.reason()).contains("'tpot-513'").contains("tpot-512, tpot-8192");
                });
    }

    @Test
    void fullWorkloadsAreThoseOfTheTargets() {
        assertThat(row("decode-256").workload()).isEqualTo("256 x (512 in + 128 out)");
        assertThat(row("offline-1000-1000").workload()).isEqualTo("1,000 requests, 1,000,000 in + 1,000,000 out");
        assertThat(row("prefix-off").workload()).isEqualTo("512 requests, 2,048 in of which 1,843 shared, 64 out");
        assertThat(row("ttft-8192").workload()).isEqualTo("1 x (8192 in)");
    }

    @Test
    void drawIsTheSameForTheSameSeed() {
        assertThat(row("offline-512-1024")).isEqualTo(row("offline-512-1024"));
        assertThat(row("offline-512-1024").workload()).isEqualTo("1,000 requests, 496,653 in + 1,020,303 out");
        Row other = new RowCatalog(Scale.FULL, 2)
                .select(List.of("offline-512-1024"))
                .getFirst();
        assertThat(other).isNotEqualTo(row("offline-512-1024"));
    }

    @Test
    void rowThatDoesNotFitSaysWhy() {
        assertThat(row("decode-256").obstacle(runner(256, 256 * 40))).isNull();
        assertThat(row("decode-256").obstacle(runner(255, 256 * 40)))
                .isEqualTo("needs 256 sequences at once, the runner holds 255");
        assertThat(row("decode-256").obstacle(runner(256, 256 * 40 - 1)))
                .isEqualTo("needs a KV cache of 163,840 tokens, there are 163,824");
        assertThat(row("offline-512-1024").obstacle(runner(1, 143))).contains("needs a KV cache of 2,304 tokens");
        assertThat(row("start").obstacle(runner(1, 1))).isNull();
    }
}
