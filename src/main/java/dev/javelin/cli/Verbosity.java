package dev.javelin.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.javelin.model.hub.ModelResolver;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps the log from saying what a command's own message says anyway. Confined to the command's thread; closing puts
 * the levels back.
 */
final class Verbosity implements AutoCloseable {
    private final @Nullable Logger resolver;
    private final @Nullable Level before;

    private Verbosity(@Nullable Logger resolver) {
        this.resolver = resolver;
        this.before = resolver == null ? null : resolver.getLevel();
        if (resolver != null) {
            resolver.setLevel(Level.OFF);
        }
    }

    /** Where a model came from and why another source was refused is told only to who asks. */
    static Verbosity of(boolean verbose) {
        boolean quiet = !verbose && LoggerFactory.getLogger(ModelResolver.class) instanceof Logger;
        return new Verbosity(quiet ? (Logger) LoggerFactory.getLogger(ModelResolver.class) : null);
    }

    @Override
    public void close() {
        if (resolver != null) {
            resolver.setLevel(before);
        }
    }
}
