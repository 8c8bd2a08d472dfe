package dev.javelin.model.hub;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hugging Face's rules for environment variables, as its documentation of environment variables lists them. */
final class HubEnvironment {
    private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

    private final Map<String, String> environment;
    private final Path home;

    HubEnvironment(Map<String, String> environment, Path home) {
        this.environment = Map.copyOf(environment);
        this.home = home;
    }

    HubSettings settings() {
        Path caches = path("XDG_CACHE_HOME", home.resolve(".cache"));
        Path hfHome = path("HF_HOME", caches.resolve("huggingface"));
        Path hubCache = path("HF_HUB_CACHE", path("HUGGINGFACE_HUB_CACHE", hfHome.resolve("hub")));
        return new HubSettings(
                endpoint(),
                token(path("HF_TOKEN_PATH", hfHome.resolve("token"))),
                hubCache,
                caches.resolve("javelin"),
                HubSettings.CONNECT_LIMIT,
                HubSettings.IDLE_LIMIT,
                isTrue("HF_HUB_OFFLINE"),
                HubSettings.PIP_COMMANDS,
                HubSettings.PIP_LIMIT);
    }

    private URI endpoint() {
        String text = value("HF_ENDPOINT");
        if (text == null) {
            return HubSettings.HUB;
        }
        try {
            URI uri = URI.create(text.replaceAll("/+$", ""));
            if (("https".equals(uri.getScheme()) || "http".equals(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw wrongEndpoint(text);
        }
        throw wrongEndpoint(text);
    }

    private static JavelinException wrongEndpoint(String text) {
        return JavelinException.ofField(
                ErrorCode.INVALID_SETTING, "HF_ENDPOINT", "HF_ENDPOINT \"" + text + "\" is no http or https address");
    }

    private @Nullable String token(Path file) {
        String token = value("HF_TOKEN");
        if (token == null) {
            token = value("HUGGING_FACE_HUB_TOKEN");
        }
        if (token == null && !isTrue("HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
            token = fileContent(file);
        }
        if (token != null && !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING, "HF_TOKEN", "HF_TOKEN has characters that no token has");
        }
        return token;
    }

    private static @Nullable String fileContent(Path file) {
        try {
            String content = Files.isRegularFile(file) ? Files.readString(file).strip() : "";
            return content.isEmpty() ? null : content;
        } catch (IOException e) {
            return null; // an unreadable token file is no token, as in Hugging Face's tools
        }
    }

    private boolean isTrue(String name) {
        String value = value(name);
        return value != null && TRUE.contains(value.toUpperCase(Locale.ROOT));
    }

    private Path path(String name, Path otherwise) {
        String value = value(name);
        if (value == null) {
            return otherwise;
        }
        return value.equals("~") || value.startsWith("~/")
                ? home.resolve(value.substring(Math.min(2, value.length())))
                : Path.of(value);
    }

    /** The value without blanks around it, or null if unset or blank. */
    private @Nullable String value(String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }
}
