package dev.javelin.deploy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The server's configuration file as the chart writes it. Stateless. */
final class ChartSettings {
    private ChartSettings() {}

    /** The text of {@code application.yaml}. */
    static String text(List<HasMetadata> objects) {
        return objects.stream()
                .filter(ConfigMap.class::isInstance)
                .map(object -> ((ConfigMap) object).getData().get("application.yaml"))
                .filter(text -> text != null)
                .findFirst()
                .orElseThrow();
    }

    /** The file, read as Boot reads it. */
    static List<PropertySource<?>> read(String text) throws IOException {
        return new YamlPropertySourceLoader()
                .load("chart", new ByteArrayResource(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** The keys, without indices. */
    static Set<String> keys(String text) throws IOException {
        Set<String> keys = new TreeSet<>();
        for (PropertySource<?> source : read(text)) {
            for (String key : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
                keys.add(key.replaceAll("\\[\\d+]", ""));
            }
        }
        return keys;
    }

    /** Every key of the configuration metadata on the class path: ours and Boot's. */
    static Set<String> known() throws IOException {
        JsonMapper mapper = new JsonMapper();
        Set<String> names = new TreeSet<>();
        for (URL url : Collections.list(
                ChartSettings.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
            try (InputStream metadata = url.openStream()) {
                for (JsonNode property : mapper.readTree(metadata).path("properties")) {
                    names.add(property.path("name").asString());
                }
            }
        }
        return names;
    }
}
