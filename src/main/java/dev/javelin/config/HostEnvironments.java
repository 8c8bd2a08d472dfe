package dev.javelin.config;

import dev.javelin.cli.HostEnvironment;
import java.io.Console;
import java.nio.file.Path;
import java.util.Optional;

/** What the process runs in, read once. Stateless. */
public final class HostEnvironments {
    private HostEnvironments() {}

    /** This process's. */
    public static HostEnvironment ofProcess() {
        return new HostEnvironment(System.getenv(), Path.of(System.getProperty("user.home", ".")), isInteractive());
    }

    /** Where this process may keep what it can make again. */
    static Path caches() {
        String caches = System.getenv("XDG_CACHE_HOME");
        Path home = Path.of(System.getProperty("user.home", "."));
        return (caches == null || caches.isBlank() ? home.resolve(".cache") : Path.of(caches)).resolve("javelin");
    }

    private static boolean isInteractive() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
