package dev.javelin.model.hub;

import java.io.PrintStream;

/** Hears how a download goes. Called by the downloading thread only, several times a second. */
public interface DownloadProgress {
    /**
     * A download starts or resumes.
     *
     * @param name the file's name for people
     * @param totalBytes its length
     * @param doneBytes what an earlier attempt left
     */
    void onStart(String name, long totalBytes, long doneBytes);

    /** So many bytes are here; may fall when a download starts over. */
    void onBytes(long doneBytes);

    /** The download ended, whole or not. */
    void onEnd();

    /**
     * A bar for a terminal, log lines otherwise.
     *
     * @param stderr where the bar is drawn
     * @param terminal whether a person watches {@code stderr}
     */
    static DownloadProgress of(PrintStream stderr, boolean terminal) {
        return terminal ? new TerminalProgress(stderr, System::nanoTime) : new LogProgress();
    }

    /** Says nothing. */
    static DownloadProgress silent() {
        return new DownloadProgress() {
            @Override
            public void onStart(String name, long totalBytes, long doneBytes) {}

            @Override
            public void onBytes(long doneBytes) {}

            @Override
            public void onEnd() {}
        };
    }
}
