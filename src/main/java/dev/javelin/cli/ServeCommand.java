package dev.javelin.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * Notes what {@code serve} is called with; {@link JavelinCommand} starts it. Confined to the main thread; used once.
 */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Serves a model over HTTP. This is what happens without a command.",
        footer = {
            "",
            "Settings are Spring Boot's: --name=value here, NAME=value in the environment,",
            "or application.yaml. For example:",
            "  --javelin.model=hf:owner/name/file.gguf   the model to serve",
            "  --server.port=8081                        the port, 8080 if not set"
        })
final class ServeCommand implements Runnable {
    @Parameters(paramLabel = "--SETTING=VALUE", description = "Handed to Spring Boot as it is.")
    private List<String> settings = new ArrayList<>();

    private boolean called;

    @Override
    public void run() {
        called = true;
    }

    /** What to hand to Spring, or null if another command ran, or only help was asked for. */
    String @Nullable [] requestedArguments() {
        return called ? settings.toArray(String[]::new) : null;
    }
}
