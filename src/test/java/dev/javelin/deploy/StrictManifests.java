package dev.javelin.deploy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests as the API server would with strict field validation. Stateless.
 *
 * <p>The client's model keeps what it does not know, and what has the wrong type, as additional properties: any is an
 * error. Kinds that the model lacks are compared with {@link #CUSTOM_FIELDS}, written down from their CRDs.
 */
final class StrictManifests {
    /** Fields of kinds that the client's model lacks, as far as the chart may use them. */
    private static final Map<String, Set<String>> CUSTOM_FIELDS = Map.of(
            "keda.sh/v1alpha1/ScaledObject",
            Set.of(
                    "spec.scaleTargetRef.apiVersion",
                    "spec.scaleTargetRef.kind",
                    "spec.scaleTargetRef.name",
                    "spec.pollingInterval",
                    "spec.minReplicaCount",
                    "spec.maxReplicaCount",
                    "spec.fallback.failureThreshold",
                    "spec.fallback.replicas",
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.stabilizationWindowSeconds",
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.policies.type",
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.policies.value",
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleUp.policies.periodSeconds",
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.stabilizationWindowSeconds",
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies.type",
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies.value",
                    "spec.advanced.horizontalPodAutoscalerConfig.behavior.scaleDown.policies.periodSeconds",
                    "spec.triggers.type",
                    "spec.triggers.metricType",
                    "spec.triggers.authenticationRef.name",
                    "spec.triggers.metadata.serverAddress",
                    "spec.triggers.metadata.query",
                    "spec.triggers.metadata.threshold",
                    "spec.triggers.metadata.ignoreNullValues"),
            "inference.networking.k8s.io/v1/InferencePool",
            Set.of(
                    "spec.selector.matchLabels.app.kubernetes.io/name",
                    "spec.selector.matchLabels.app.kubernetes.io/instance",
                    "spec.targetPorts.number",
                    "spec.endpointPickerRef.name",
                    "spec.endpointPickerRef.port.number",
                    "spec.endpointPickerRef.failureMode"));

    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private StrictManifests() {}

    /**
     * The objects of a stream of documents.
     *
     * @throws AssertionError naming each field that is unknown or has the wrong type
     */
    static List<HasMetadata> parse(String documents) {
        List<HasMetadata> objects = new ArrayList<>();
        Set<String> faults = new TreeSet<>();
        for (String document : documents.split("(?m)^---$", -1)) {
            if (document.lines().anyMatch(line -> line.startsWith("kind:"))) {
                HasMetadata object = SERIALIZATION.unmarshal(document);
                String where = object.getKind() + " " + object.getMetadata().getName();
                if (object instanceof GenericKubernetesResource custom) {
                    checkCustom(custom, where, faults);
                } else {
                    walk(object, where, faults);
                }
                objects.add(object);
            }
        }
        if (!faults.isEmpty()) {
            throw new AssertionError("unknown fields or wrong types: " + faults);
        }
        return objects;
    }

    /** The only object of a type. */
    static <T extends HasMetadata> T only(List<HasMetadata> objects, Class<T> type) {
        List<T> found =
                objects.stream().filter(type::isInstance).map(type::cast).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " objects of " + type.getSimpleName() + " instead of one");
        }
        return found.getFirst();
    }

    /** The only object of a kind. */
    static GenericKubernetesResource only(List<HasMetadata> objects, String kind) {
        return only(
                objects.stream().filter(object -> object.getKind().equals(kind)).toList(),
                GenericKubernetesResource.class);
    }

    private static void checkCustom(GenericKubernetesResource object, String where, Set<String> faults) {
        Set<String> known = CUSTOM_FIELDS.getOrDefault(object.getApiVersion() + "/" + object.getKind(), Set.of());
        leaves(object.getAdditionalProperties(), "")
                .filter(path -> !known.contains(path))
                .forEach(path -> faults.add(where + ": " + path));
    }

    private static Stream<String> leaves(@Nullable Object value, String path) {
        return switch (value) {
            case Map<?, ?> map ->
                map.entrySet().stream()
                        .flatMap(entry -> leaves(
                                entry.getValue(), path.isEmpty() ? "" + entry.getKey() : path + "." + entry.getKey()));
            case List<?> list -> list.stream().flatMap(element -> leaves(element, path));
            case null, default -> Stream.of(path);
        };
    }

    private static void walk(@Nullable Object value, String path, Set<String> faults) {
        switch (value) {
            case Map<?, ?> map -> map.forEach((key, element) -> walk(element, path + "." + key, faults));
            case List<?> list -> list.forEach(element -> walk(element, path, faults));
            case null -> {}
            default -> walkFields(value, path, faults);
        }
    }

    private static void walkFields(Object value, String path, Set<String> faults) {
        if (!value.getClass().getName().startsWith("io.fabric8.") || value instanceof Enum<?>) {
            return;
        }
        for (Class<?> type = value.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
            Arrays.stream(type.getDeclaredFields())
                    .filter(field -> !Modifier.isStatic(field.getModifiers()))
                    .forEach(field -> {
                        Object content = read(field, value);
                        if (!field.getName().equals("additionalProperties")) {
                            walk(content, path + "." + field.getName(), faults);
                        } else if (content instanceof Map<?, ?> unknown) {
                            unknown.keySet().forEach(key -> faults.add(path + "." + key));
                        }
                    });
        }
    }

    private static @Nullable Object read(Field field, Object owner) {
        try {
            field.setAccessible(true);
            return field.get(owner);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
