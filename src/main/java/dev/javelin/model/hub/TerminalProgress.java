package dev.javelin.model.hub;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * One line of a terminal that redraws itself: name, bar, share, rate, time left. Confined to the downloading thread. At
 * most 79 columns and ten redraws a second.
 */
final class TerminalProgress implements DownloadProgress {
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final int NAME_CHARS = 28;
    private static final int BAR_CHARS = 16;

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private String name = "";
    private long totalBytes;
    private long startBytes;
    private long startNanos;
    private long drawnNanos;
    private long doneBytes;
    private int drawnChars;
    private boolean running;

    TerminalProgress(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public void onStart(String name, long totalBytes, long doneBytes) {
        this.name = name.length() <= NAME_CHARS ? name : ".." + name.substring(name.length() - NAME_CHARS + 2);
        this.totalBytes = totalBytes;
        this.doneBytes = doneBytes;
        startBytes = doneBytes;
        startNanos = nanoTime.getAsLong();
        running = true;
        draw(startNanos);
    }

    @Override
    public void onBytes(long doneBytes) {
        startBytes = Math.min(startBytes, doneBytes);
        this.doneBytes = doneBytes;
        long now = nanoTime.getAsLong();
        if (running && now - drawnNanos >= REDRAW_NANOS) {
            draw(now);
        }
    }

    @Override
    public void onEnd() {
        if (running) {
            draw(nanoTime.getAsLong());
            out.println();
            out.flush();
            drawnChars = 0;
            running = false;
        }
    }

    private void draw(long now) {
        double share = totalBytes == 0 ? 1 : Math.min(1.0, (double) doneBytes / totalBytes);
        double seconds = (now - startNanos) / 1e9;
        double rate = seconds > 0.2 ? (doneBytes - startBytes) / seconds : 0;
        String bar = "#".repeat((int) (share * BAR_CHARS));
        String line = String.format(
                Locale.ROOT,
                "%s [%-" + BAR_CHARS + "s] %3d%% %s%s",
                name,
                bar,
                (int) (share * 100),
                ByteText.of(doneBytes),
                rate > 0 ? " " + ByteText.of((long) rate) + "/s" + timeLeft(rate) : "");
        out.print("\r" + line + " ".repeat(Math.max(0, drawnChars - line.length())));
        out.flush();
        drawnChars = line.length();
        drawnNanos = now;
    }

    private String timeLeft(double bytesPerSecond) {
        long seconds = (long) Math.ceil((totalBytes - doneBytes) / bytesPerSecond);
        if (seconds <= 0 || seconds >= 360_000) {
            return "";
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, " %d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, " %d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
