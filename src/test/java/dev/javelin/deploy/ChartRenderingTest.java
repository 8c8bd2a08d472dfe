package dev.javelin.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import dev.javelin.config.JavelinProperties;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.env.MutablePropertySources;

class ChartRenderingTest {
    private static final long FAREWELL_SECONDS = 20;

    static List<Path> valueSets() {
        return HelmChart.valueSets();
    }

    @Test
    void lintFindsNothing() {
        LintResult result = HelmChart.helm().lint().strict().call();
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
        assertThat(result.getMessages()).noneMatch(message -> message.contains("[WARNING]"));
    }

    @Test
    void defaultsAreKnownToKubernetesFieldByField() {
        assertThat(StrictManifests.parse(HelmChart.render()))
                .extracting(HasMetadata::getKind)
                .containsExactlyInAnyOrder(
                        "PodDisruptionBudget", "ServiceAccount", "ConfigMap", "Service", "Service", "Deployment");
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everySetOfValuesIsKnownToKubernetesFieldByField(Path values) {
        List<HasMetadata> objects = StrictManifests.parse(HelmChart.render(values));
        assertThat(objects).extracting(HasMetadata::getKind).contains("Deployment", "Service", "ConfigMap");
        assertThat(objects)
                .allSatisfy(object -> assertThat(object.getMetadata().getLabels())
                        .containsEntry("app.kubernetes.io/instance", "javelin")
                        .containsKeys("app.kubernetes.io/name", "helm.sh/chart"));
    }

    @Test
    void everyKindIsRenderedBySomeSetOfValues() {
        Stream<HasMetadata> objects =
                valueSets().stream().flatMap(values -> StrictManifests.parse(HelmChart.render(values)).stream());
        assertThat(objects.map(HasMetadata::getKind))
                .contains(
                        "PersistentVolumeClaim",
                        "HorizontalPodAutoscaler",
                        "ScaledObject",
                        "ServiceMonitor",
                        "PrometheusRule",
                        "NetworkPolicy",
                        "Ingress",
                        "HTTPRoute",
                        "DestinationRule",
                        "VirtualService",
                        "InferencePool");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    livenessProbe: | livenesProbe: | livenesProbe
                    replicas: 1 | replicas: many | replicas
                    clusterIP: None | clusterIp: None | clusterIp""")
    void strictReadingSeesAMisspeltFieldAndAWrongType(String right, String wrong, String named) {
        String planted = HelmChart.render().replace(right, wrong);
        assertThatThrownBy(() -> StrictManifests.parse(planted)).hasMessageContaining(named);
    }

    @Test
    void strictReadingKnowsTheFieldsOfCustomKinds() {
        String planted = HelmChart.render(HelmChart.valueSet("istio")).replace("pollingInterval", "pollInterval");
        assertThatThrownBy(() -> StrictManifests.parse(planted)).hasMessageContaining("spec.pollInterval");
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void everySettingIsOneThatTheServerHas(Path values) throws Exception {
        String text = ChartSettings.text(StrictManifests.parse(HelmChart.render(values)));
        Set<String> ours = ChartSettings.keys(text);
        ours.removeIf(key -> key.startsWith("logging.level."));
        assertThat(ours).isNotEmpty();
        assertThat(ChartSettings.known()).containsAll(ours);
    }

    @ParameterizedTest
    @MethodSource("valueSets")
    void theServerTakesTheSettingsAndDrainsWithinTheGracePeriod(Path values) throws Exception {
        List<HasMetadata> objects = StrictManifests.parse(HelmChart.render(values));
        MutablePropertySources sources = new MutablePropertySources();
        ChartSettings.read(ChartSettings.text(objects)).forEach(sources::addLast);
        Duration drain = new Binder(
                        ConfigurationPropertySources.from(sources),
                        null,
                        ApplicationConversionService.getSharedInstance())
                .bind("javelin", Bindable.of(JavelinProperties.class))
                .get()
                .drainTimeout();
        PodSpec pod = pod(objects);
        long pause = pod.getContainers().getFirst().getLifecycle() == null
                ? 0
                : pod.getContainers()
                        .getFirst()
                        .getLifecycle()
                        .getPreStop()
                        .getSleep()
                        .getSeconds();
        assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(pause + drain.toSeconds() + FAREWELL_SECONDS);
    }

    @Test
    void environmentHasNoNamesOfServicesThatLookLikeSettings() {
        assertThat(pod(StrictManifests.parse(HelmChart.render())).getEnableServiceLinks())
                .isFalse();
    }

    @Test
    void podMeetsTheRestrictedSecurityStandard() {
        PodSpec pod = pod(StrictManifests.parse(HelmChart.render()));
        Container container = pod.getContainers().getFirst();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    }

    @Test
    void servicesAndProbesPointAtPortsThatThePodHas() {
        for (Path values : valueSets()) {
            List<HasMetadata> objects = StrictManifests.parse(HelmChart.render(values));
            Container container = pod(objects).getContainers().getFirst();
            List<String> ports =
                    container.getPorts().stream().map(port -> port.getName()).toList();
            assertThat(objects.stream().filter(Service.class::isInstance).map(Service.class::cast))
                    .allSatisfy(service -> assertThat(service.getSpec().getPorts())
                            .allSatisfy(port -> assertThat(ports)
                                    .contains(port.getTargetPort().getStrVal())));
            assertThat(Stream.of(
                            container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe()))
                    .allSatisfy(probe -> assertThat(ports)
                            .contains(probe.getHttpGet().getPort().getStrVal()));
        }
    }

    static PodSpec pod(List<HasMetadata> objects) {
        return StrictManifests.only(objects, Deployment.class)
                .getSpec()
                .getTemplate()
                .getSpec();
    }
}
