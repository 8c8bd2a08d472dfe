package dev.javelin.cli;

/** Starts the server. Called on the main thread, at most once a process. */
@FunctionalInterface
public interface Serve {
    /**
     * Starts and returns once the server runs, leaving threads behind that keep the process alive.
     *
     * @param args Spring's arguments, e.g. {@code --server.port=8081}
     */
    void serve(String[] args);
}
