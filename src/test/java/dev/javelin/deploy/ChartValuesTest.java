package dev.javelin.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the chart takes, what it refuses, and what follows from what. */
class ChartValuesTest {
    /** Kubernetes' own shapes, which the chart passes on. */
    private static final Set<String> FREE = Set.of(
            "extraConfig",
            "resources.requests",
            "resources.limits",
            "nodeSelector",
            "affinity",
            "strategy.rollingUpdate",
            "podLabels",
            "podAnnotations",
            "podSecurityContext",
            "securityContext",
            "global");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    setings.model=x | setings
                    settings.maxSequence=4 | maxSequence
                    settings.maxSequences=0 | maxSequences
                    settings.maxSequences=many | maxSequences
                    settings.kvCacheSize=2Gi | kvCacheSize
                    shutdown.drainSeconds=30s | drainSeconds
                    service.port=70000 | port
                    cache.type=hostPath | type
                    replicas=-1 | replicas
                    autoscaling.minReplicas=0 | minReplicas""")
    void schemaRefuses(String assignment, String named) {
        assertThatThrownBy(() -> HelmChart.renderWith(assignment)).hasMessageContaining(named);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    autoscaling.hpa.enabled=true,autoscaling.keda.enabled=true | exclude each other
                    autoscaling.hpa.enabled=true,autoscaling.minReplicas=9 | minReplicas is 9
                    cache.type=claim,replicas=2 | ReadWriteMany
                    cache.type=claim,autoscaling.hpa.enabled=true | ReadWriteMany
                    extraConfig.javelin.drain-timeout=5s | shutdown.drainSeconds
                    ingress.enabled=true | ingress.hosts
                    httpRoute.enabled=true | httpRoute.parentRefs
                    inferencePool.enabled=true | inferencePool.endpointPicker.name""")
    void contradictionsAreRefusedInWords(String assignments, String named) {
        assertThatThrownBy(() -> HelmChart.renderWith(assignments.split(","))).hasMessageContaining(named);
    }

    @Test
    void schemaHasExactlyTheKeysOfTheValues() throws Exception {
        Map<String, Object> values = new Yaml().load(Files.readString(HelmChart.FOLDER.resolve("values.yaml")));
        JsonNode schema = new JsonMapper().readTree(Files.readString(HelmChart.FOLDER.resolve("values.schema.json")));
        List<String> faults = new ArrayList<>();
        compare(values, schema, "", faults);
        assertThat(faults).isEmpty();
    }

    private static void compare(Map<?, ?> values, JsonNode schema, String path, List<String> faults) {
        if (FREE.contains(path)) {
            return;
        }
        Set<String> inSchema =
                schema.path("properties").propertyNames().stream().collect(Collectors.toSet());
        if (!schema.path("additionalProperties").isBoolean()
                && !schema.path("additionalProperties").isObject()) {
            faults.add(path + " is open");
        }
        values.forEach((name, value) -> {
            String child = path.isEmpty() ? "" + name : path + "." + name;
            if (!inSchema.remove("" + name)
                    && !schema.path("additionalProperties").isObject()) {
                faults.add(child + " is not in the schema");
            } else if (value instanceof Map<?, ?> map) {
                compare(map, schema.path("properties").path("" + name), child, faults);
            }
        });
        inSchema.stream()
                .map(name -> path.isEmpty() ? name : path + "." + name)
                .filter(name -> !FREE.contains(name)
                        && !Set.of("strategy.type", "resources.claims").contains(name))
                .forEach(name -> faults.add(name + " is not in the values"));
    }

    /** A key has a comment above it, or follows a line of its own depth, whose comment then speaks of both. */
    @Test
    void everyValueIsExplained() throws Exception {
        List<String> lines = Files.readAllLines(HelmChart.FOLDER.resolve("values.yaml"));
        List<String> bare = new ArrayList<>();
        for (int i = 1; i < lines.size(); i++) {
            String line = lines.get(i);
            String above = lines.get(i - 1);
            boolean opensGroup = line.endsWith(":");
            boolean isSibling = indent(above) == indent(line) && !above.isBlank();
            if (line.matches(" *\\w+:.*") && !above.strip().startsWith("#") && !isSibling && !opensGroup) {
                bare.add(line);
            }
        }
        bare.removeIf(line -> line.matches(" {2,}(runAsNonRoot|allowPrivilegeEscalation|drop|cpu|type|grafana_dashboard):.*"));
        assertThat(bare).isEmpty();
    }

    private static int indent(String line) {
        return line.length() - line.stripLeading().length();
    }

    @Test
    void claimOfOneNodeStopsThePodBeforeItStartsTheNext() {
        assertThat(strategy("cache.type=claim")).isEqualTo("Recreate");
        assertThat(strategy("cache.type=claim", "cache.accessMode=ReadWriteMany"))
                .isEqualTo("RollingUpdate");
        assertThat(strategy("cache.type=ephemeral")).isEqualTo("RollingUpdate");
    }

    private static String strategy(String... assignments) {
        return deployment(StrictManifests.parse(HelmChart.renderWith(assignments)))
                .getSpec()
                .getStrategy()
                .getType();
    }

    @Test
    void autoscalerOwnsTheNumberOfPods() {
        assertThat(deployment(StrictManifests.parse(HelmChart.renderWith("replicas=3")))
                        .getSpec()
                        .getReplicas())
                .isEqualTo(3);
        for (String autoscaler : List.of("hpa", "keda")) {
            String rendered = HelmChart.renderWith("replicas=3", "autoscaling." + autoscaler + ".enabled=true");
            assertThat(deployment(StrictManifests.parse(rendered)).getSpec().getReplicas())
                    .isNull();
        }
    }

    @Test
    void anotherSettingStartsNewPods() {
        assertThat(checksum("settings.maxSequences=4")).isNotEqualTo(checksum("settings.maxSequences=5"));
        assertThat(checksum("replicas=1")).isEqualTo(checksum("replicas=2"));
    }

    private static String checksum(String assignment) {
        Map<String, String> annotations = deployment(StrictManifests.parse(HelmChart.renderWith(assignment)))
                .getSpec()
                .getTemplate()
                .getMetadata()
                .getAnnotations();
        return Objects.requireNonNull(annotations.get("checksum/config"));
    }

    @Test
    void largeNumbersStayWholeNumbers() throws Exception {
        String text = ChartSettings.text(StrictManifests.parse(
                HelmChart.renderWith("settings.maxContextTokens=1048576", "settings.maxQueuedRequests=2000000")));
        assertThat(text).contains("max-context-tokens: 1048576").contains("max-queued-requests: 2000000");
    }

    @Test
    void furtherConfigurationIsMerged() throws Exception {
        String text = ChartSettings.text(StrictManifests.parse(HelmChart.renderWith(
                "extraConfig.javelin.max-sequences=7", "extraConfig.spring.application.name=llm")));
        assertThat(ChartSettings.keys(text)).contains("spring.application.name", "javelin.backend");
        assertThat(text).contains("max-sequences: 7");
    }

    private static Deployment deployment(List<HasMetadata> objects) {
        return StrictManifests.only(objects, Deployment.class);
    }
}
