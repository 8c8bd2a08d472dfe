package dev.javelin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.output.ScriptedEngine;
import dev.javelin.telemetry.EngineMetrics;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ChartMetricsTest {
    /** Boot's, of each HTTP exchange; {@code LayeredImageIT} finds them on a running server. */
    private static final Set<String> OF_HTTP =
            Set.of("http_server_requests_seconds_count", "http_server_requests_seconds_sum");

    /** A field, as meters hold it weakly. */
    private final ScriptedEngine engine = new ScriptedEngine((_, _) -> new int[0], _ -> {});

    @Test
    void everyMetricThatTheChartReadsIsExported() {
        Set<String> missing = new TreeSet<>(ChartMetrics.names());
        assertThat(missing).hasSizeGreaterThan(15);
        missing.removeAll(exported());
        missing.removeAll(OF_HTTP);
        assertThat(missing).isEmpty();
    }

    private Set<String> exported() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new EngineMetrics(engine, "model").bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        return names(registry.scrape());
    }

    /** The names of a scrape's samples. */
    static Set<String> names(String scrape) {
        return Pattern.compile("(?m)^([A-Za-z_:][A-Za-z0-9_:]*)[ {]")
                .matcher(scrape)
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
    }

    @Test
    void namesAreToldFromTheRestOfAnExpression() {
        assertThat(PromQl.metricNames("100 * sum by (pod) (rate(a:b_total{x=\"c(d)\",y=~\"e.*\"}[5m]))"
                        + " / on (pod) group_left (z) f_seconds > 5 and absent(up == 1)"))
                .containsExactlyInAnyOrder("a:b_total", "f_seconds", "up");
    }

    @Test
    void everyPanelHasQueriesAndItsOwnPlace() {
        List<HasMetadata> objects = StrictManifests.parse(HelmChart.render(HelmChart.valueSet("gpu")));
        JsonNode dashboard = ChartMetrics.dashboard(objects);
        Set<Integer> ids = new TreeSet<>();
        Set<String> places = new TreeSet<>();
        for (JsonNode panel : dashboard.path("panels")) {
            assertThat(ids.add(panel.path("id").asInt()))
                    .as("%s", panel.path("title"))
                    .isTrue();
            assertThat(places.add(panel.path("gridPos").toString())).isTrue();
            if (!panel.path("type").asString().equals("row")) {
                assertThat(panel.path("targets").isEmpty()).isFalse();
                assertThat(panel.path("description").asString()).isNotBlank();
            }
        }
        assertThat(dashboard.path("uid").asString()).isEqualTo("javelin");
        assertThat(dashboard.toString()).doesNotContain("${DS_");
    }
}
