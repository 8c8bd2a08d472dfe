package dev.javelin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Capability;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** The image's CPU variant, built and run by a Docker engine: with a root file system that nobody can write. */
class DockerImageIT {
    private static final String TAG = "javelin:it";
    private static final int PORT = 8080;
    private static final Path MODEL =
            Path.of("src/test/resources/deploy/tiny.gguf").toAbsolutePath();

    @Test
    void builtImageServesOnAReadOnlyFileSystem() throws Exception {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            String message = "skipped, no Docker engine to build the image with";
            System.err.println(message);
            Assumptions.abort(message);
        }
        int built = new ProcessBuilder("docker", "build", "-t", TAG, "--build-arg", "VARIANT=cpu", ".")
                .inheritIO()
                .start()
                .waitFor();
        assertThat(built).isZero();
        try (GenericContainer<?> container = new GenericContainer<>(TAG)) {
            container
                    .withCommand("--javelin.model=/models/tiny.gguf")
                    .withExposedPorts(PORT)
                    .withFileSystemBind(MODEL.toString(), "/models/tiny.gguf", BindMode.READ_ONLY)
                    .withTmpFs(Map.of("/tmp", "rw,mode=1777"))
                    .withCreateContainerCmdModifier(command -> Objects.requireNonNull(command.getHostConfig())
                            .withReadonlyRootfs(true)
                            .withCapDrop(Capability.ALL))
                    .waitingFor(Wait.forHealthcheck().withStartupTimeout(Duration.ofMinutes(3)))
                    .start();
            URI models =
                    URI.create("http://" + container.getHost() + ":" + container.getMappedPort(PORT) + "/v1/models");
            try (HttpClient client = HttpClient.newHttpClient()) {
                assertThat(client.send(HttpRequest.newBuilder(models).build(), HttpResponse.BodyHandlers.ofString())
                                .body())
                        .contains("\"object\":\"list\"");
            }
            assertThat(container.execInContainer("id", "-u").getStdout()).contains("10001");
        }
    }
}
