package dev.javelin.cli;

import java.io.IOException;

/** Whoever read the results went away: no error of ours, and nobody is left to tell. */
final class BrokenPipeException extends IOException {
    private static final long serialVersionUID = 1L;

    BrokenPipeException() {
        super("nobody reads the results");
    }
}
