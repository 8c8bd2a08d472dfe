package dev.javelin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts in Prometheus' own tool: that they are valid, and that they fire when they should and only then. */
class AlertRulesTest {
    private static final Path SCENARIOS = Path.of("src/test/resources/deploy/alerts.yaml");

    @TempDir
    Path folder;

    @Test
    void alertsAreValidAndFireWhenTheyShould() throws Exception {
        String promtool = promtool();
        List<HasMetadata> objects = StrictManifests.parse(HelmChart.render(HelmChart.valueSet("inference-gateway")));
        PrometheusRule rule = StrictManifests.only(objects, PrometheusRule.class);
        Files.writeString(folder.resolve("rules.yaml"), new KubernetesSerialization().asYaml(rule.getSpec()));
        Files.copy(SCENARIOS, folder.resolve("alerts.yaml"));
        assertThat(run(promtool, "check", "rules", "rules.yaml")).contains("SUCCESS");
        assertThat(run(promtool, "test", "rules", "alerts.yaml")).contains("SUCCESS");
    }

    /** Every alert has a scenario in which it fires. */
    @Test
    void everyAlertIsInAScenario() throws Exception {
        List<HasMetadata> objects = StrictManifests.parse(HelmChart.render(HelmChart.valueSet("inference-gateway")));
        String scenarios = Files.readString(SCENARIOS);
        assertThat(StrictManifests.only(objects, PrometheusRule.class)
                        .getSpec()
                        .getGroups()
                        .getFirst()
                        .getRules())
                .hasSize(7)
                .allSatisfy(rule -> assertThat(scenarios).contains("alertname: " + rule.getAlert() + "\n"));
    }

    private String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static String promtool() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory, "promtool"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toString)
                .orElseGet(() -> {
                    String message = "skipped, no promtool to check the alerts with: install Debian's prometheus";
                    System.err.println(message);
                    return Assumptions.abort(message);
                });
    }
}
