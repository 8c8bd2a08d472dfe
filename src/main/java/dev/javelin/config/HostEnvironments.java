package dev.javelin.config;

import java.io.Console;
import java.nio.file.Path;
import java.util.Optional;

/** What the process runs in, read once. Stateless. */
public final class HostEnvironments {
    private HostEnvironments() {}

    /** This process's. */
    public static HostEnvironment ofProcess() {
        return new HostEnvironment(System.getenv(), home(), isInteractive());
    }

    /** Where this process may keep what it can make again. */
    static Path caches() {
        String caches = System.getenv("XDG_CACHE_HOME");
        return (caches == null || caches.isBlank() ? home().resolve(".cache") : Path.of(caches)).resolve("javelin");
    }

    /** {@code HOME} first, as other tools have it: the JDK's {@code user.home} ignores it. */
    private static Path home() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home", ".") : home);
    }

    private static boolean isInteractive() {
        return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    }
}
