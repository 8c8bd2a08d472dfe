package dev.javelin.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The metrics that the chart's dashboard, alerts and autoscaler read. Stateless. */
final class ChartMetrics {
    /** What the endpoint picker of the Gateway API Inference Extension reads of an engine of type vllm. */
    static final Set<String> ENDPOINT_PICKER =
            Set.of("vllm:num_requests_waiting", "vllm:num_requests_running", "vllm:kv_cache_usage_perc");

    /** Prometheus makes it itself. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up");

    private ChartMetrics() {}

    /** All of them. */
    static Set<String> names() {
        List<HasMetadata> objects = StrictManifests.parse(HelmChart.render(HelmChart.valueSet("gpu")));
        Set<String> names = new TreeSet<>(ENDPOINT_PICKER);
        names.addAll(ofDashboard(objects));
        names.addAll(ofRules(objects));
        names.addAll(ofAutoscaler(StrictManifests.parse(HelmChart.render(HelmChart.valueSet("istio")))));
        names.removeAll(OF_PROMETHEUS);
        return names;
    }

    static Set<String> ofDashboard(List<HasMetadata> objects) {
        return dashboard(objects).findValues("expr").stream()
                .flatMap(expression -> PromQl.metricNames(expression.asString()).stream())
                .collect(Collectors.toSet());
    }

    static JsonNode dashboard(List<HasMetadata> objects) {
        return objects.stream()
                .filter(ConfigMap.class::isInstance)
                .map(object -> ((ConfigMap) object).getData().get("javelin.json"))
                .filter(text -> text != null)
                .map(text -> new JsonMapper().readTree(text))
                .findFirst()
                .orElseThrow();
    }

    static Set<String> ofRules(List<HasMetadata> objects) {
        return StrictManifests.only(objects, PrometheusRule.class).getSpec().getGroups().stream()
                .flatMap(group -> group.getRules().stream())
                .flatMap(rule -> PromQl.metricNames(rule.getExpr().getStrVal()).stream())
                .collect(Collectors.toSet());
    }

    static Set<String> ofAutoscaler(List<HasMetadata> objects) {
        List<Map<String, Object>> triggers =
                StrictManifests.only(objects, "ScaledObject").get("spec", "triggers");
        return triggers.stream()
                .map(trigger -> (Map<?, ?>) trigger.get("metadata"))
                .flatMap(metadata -> PromQl.metricNames("" + metadata.get("query")).stream())
                .collect(Collectors.toSet());
    }
}
