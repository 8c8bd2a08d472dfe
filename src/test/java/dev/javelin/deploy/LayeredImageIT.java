package dev.javelin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.javelin.deploy.Dockerfile.Instruction;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image without Docker: lays its layers out as the Dockerfile says and starts the server from them, with the
 * configuration that the chart writes.
 */
class LayeredImageIT {
    private static final Path JAR = Path.of("target/javelin-exec.jar");
    private static final Path MODEL =
            Path.of("src/test/resources/deploy/tiny.gguf").toAbsolutePath();
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final int SIGTERM_EXIT = 143;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Dockerfile dockerfile = Dockerfile.ofProject();

    @TempDir
    Path folder;

    @Test
    void serverOfTheImageRunsAsTheChartConfiguresIt() throws Exception {
        if (!Files.exists(JAR)) {
            String message = "skipped, no " + JAR + ": run mvnw verify";
            System.err.println(message);
            Assumptions.abort(message);
        }
        ImageFolders folders = new ImageFolders(folder, JAR, freePort());
        folders.follow(dockerfile);
        int port = freePort();
        int managementPort = freePort();
        List<HasMetadata> objects = StrictManifests.parse(HelmChart.renderWith(
                "settings.model={" + MODEL + "}", "ports.http=" + port, "ports.management=" + managementPort));
        Path image = folders.image();
        Files.writeString(image.resolve("etc/javelin/application.yaml"), ChartSettings.text(objects));
        Path loaded = folder.resolve("classes.log");
        Files.createDirectory(image.resolve("tmp"));
        Map<String, String> environment = folders.environment();
        environment.put(
                "JAVA_TOOL_OPTIONS", "-Xlog:class+load:file=" + loaded + " -Djava.io.tmpdir=" + image.resolve("tmp"));
        environment.put("SERVER_PORT", "" + port);
        Set<String> before = files(image);
        Process server = start(folders.command(argument("ENTRYPOINT")), environment);
        try {
            awaitReady(port, server);
            Container container =
                    ChartRenderingTest.pod(objects).getContainers().getFirst();
            for (String path : List.of(
                    container.getStartupProbe().getHttpGet().getPath(),
                    container.getLivenessProbe().getHttpGet().getPath(),
                    container.getReadinessProbe().getHttpGet().getPath())) {
                assertThat(get(port, path).statusCode()).as(path).isEqualTo(200);
            }
            assertThat(healthCheck(folders, environment)).isZero();
            assertThat(chat(port)).contains("finish_reason");
            assertThat(get(port, "/actuator/prometheus").statusCode()).isEqualTo(404);
            String scrape = get(managementPort, "/actuator/prometheus").body();
            assertThat(ChartMetricsTest.names(scrape)).containsAll(ChartMetrics.names());
            assertThat(scrape).contains("uri=\"/v1/chat/completions\"");
        } finally {
            server.destroy();
            boolean ended = server.waitFor(30, TimeUnit.SECONDS);
            server.destroyForcibly();
            assertThat(ended).as(this::log).isTrue();
        }
        assertThat(server.exitValue()).as(this::log).isEqualTo(SIGTERM_EXIT);
        assertThat(log()).doesNotContain("AOT cache");
        assertThat(classesOfTheCache(loaded)).isGreaterThan(8000);
        Set<String> after = files(image);
        after.removeAll(before);
        assertThat(after).as("files outside /cache and /tmp").isEmpty();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private String argument(String name) {
        return dockerfile.stages().getLast().instructions().stream()
                .filter(instruction -> instruction.name().equals(name))
                .map(Instruction::arguments)
                .findFirst()
                .orElseThrow();
    }

    private Process start(List<String> command, Map<String, String> environment) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(command))
                .directory(folder.resolve("image/opt/javelin").toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.log").toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("server.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void awaitReady(int port, Process server) throws Exception {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (server.isAlive() && System.nanoTime() < deadline) {
            try {
                if (get(port, "/health/ready").statusCode() == 200) {
                    return;
                }
            } catch (IOException e) {
                Thread.sleep(100); // it does not listen yet
            }
        }
        throw new AssertionError("the server does not start:\n" + log());
    }

    private int healthCheck(ImageFolders folders, Map<String, String> environment) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(folders.command(argument("HEALTHCHECK").replaceFirst("^CMD ", "")));
        builder.environment().put("SERVER_PORT", String.valueOf(environment.get("SERVER_PORT")));
        return builder.start().waitFor();
    }

    private HttpResponse<String> get(int port, String path) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String chat(int port) throws IOException, InterruptedException {
        String body = """
                {"messages": [{"role": "user", "content": "hey"}], "max_tokens": 4}""";
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                                .timeout(Duration.ofSeconds(60))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static long classesOfTheCache(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log, StandardCharsets.UTF_8)) {
            return lines.filter(line -> line.contains("shared objects file")).count();
        }
    }

    /** Path, size and time of every file outside the two volumes. */
    private static Set<String> files(Path image) throws IOException {
        try (Stream<Path> paths = Files.walk(image)) {
            return paths.filter(Files::isRegularFile)
                    .filter(path -> !path.startsWith(image.resolve("cache")) && !path.startsWith(image.resolve("tmp")))
                    .map(path -> path + " " + path.toFile().length() + " "
                            + path.toFile().lastModified())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
