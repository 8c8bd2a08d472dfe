package dev.javelin.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The chart, rendered by Helm's own library for release {@code javelin} in namespace {@code ai}. Stateless. */
final class HelmChart {
    static final Path FOLDER = Path.of("helm");
    static final String NAMESPACE = "ai";

    private static final String RELEASE = "javelin";
    private static final String KUBERNETES = "1.34.0";

    private HelmChart() {}

    /** The sets of values that the chart's folder {@code ci} has. */
    static List<Path> valueSets() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("ci"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The set of values of a name. */
    static Path valueSet(String name) {
        return FOLDER.resolve("ci").resolve(name + "-values.yaml");
    }

    static Helm helm() {
        return new Helm(FOLDER);
    }

    /** All documents, rendered with the default values. */
    static String render() {
        return command().call();
    }

    /** All documents, rendered with a file's values. */
    static String render(Path values) {
        return command().withValuesFile(values).call();
    }

    /**
     * All documents, rendered with values as {@code --set} takes them.
     *
     * @throws IllegalStateException with Helm's message, where it refuses
     */
    static String renderWith(String... assignments) {
        TemplateCommand command = command();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            command.set(assignment.substring(0, equals), assignment.substring(equals + 1));
        }
        return command.call();
    }

    private static TemplateCommand command() {
        return helm().template().withName(RELEASE).withNamespace(NAMESPACE).withKubeVersion(KUBERNETES);
    }
}
