package dev.javelin.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Standard output with a buffer that says when it fails. Confined to the command's thread.
 *
 * <p>A {@link PrintStream} swallows errors, so it is asked after every flush; what it will not say is why, hence any
 * failure of one counts as a pipe that was closed. A plain stream tells a closed pipe from a full disk.
 */
final class ResultStream extends OutputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream sink;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int bufferedBytes;
    /** Told again by every later call: a writer in between may have swallowed it. */
    private @Nullable IOException failure;

    ResultStream(OutputStream sink) {
        this.sink = sink;
    }

    /** Writes a text in UTF-8. */
    void print(CharSequence text) throws IOException {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        write(bytes, 0, bytes.length);
    }

    @Override
    public void write(int value) throws IOException {
        if (bufferedBytes == BUFFER_BYTES) {
            drain();
        }
        buffer[bufferedBytes++] = (byte) value;
    }

    @Override
    public void write(byte[] bytes, int offset, int byteCount) throws IOException {
        if (byteCount > BUFFER_BYTES - bufferedBytes) {
            drain();
        }
        if (byteCount > BUFFER_BYTES) {
            pass(bytes, offset, byteCount);
        } else {
            System.arraycopy(bytes, offset, buffer, bufferedBytes, byteCount);
            bufferedBytes += byteCount;
        }
    }

    /**
     * Hands everything on.
     *
     * @throws BrokenPipeException if nobody reads any more
     */
    @Override
    public void flush() throws IOException {
        drain();
        if (failure != null) {
            throw failure;
        }
        try {
            sink.flush();
        } catch (IOException e) {
            throw failed(e);
        }
        refuseSwallowedError();
    }

    private void drain() throws IOException {
        int byteCount = bufferedBytes;
        bufferedBytes = 0; // whatever happens: what could not be written once is not tried again
        if (byteCount > 0) {
            pass(buffer, 0, byteCount);
        }
    }

    private void pass(byte[] bytes, int offset, int byteCount) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            sink.write(bytes, offset, byteCount);
        } catch (IOException e) {
            throw failed(e);
        }
        refuseSwallowedError();
    }

    private void refuseSwallowedError() throws IOException {
        if (sink instanceof PrintStream print && print.checkError()) {
            throw failed(new BrokenPipeException());
        }
    }

    /** The JDK passes on the operating system's words, and has no other sign of EPIPE. */
    private IOException failed(IOException e) {
        String message = String.valueOf(e.getMessage());
        failure = message.contains("Broken pipe") || message.contains("Pipe closed") ? new BrokenPipeException() : e;
        return failure;
    }
}
