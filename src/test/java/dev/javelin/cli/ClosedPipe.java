package dev.javelin.cli;

import java.io.IOException;
import java.io.OutputStream;

/** What stdout is when nobody reads it. Stateless. */
final class ClosedPipe extends OutputStream {
    @Override
    public void write(int value) throws IOException {
        throw new IOException("Broken pipe");
    }
}
