package dev.javelin.model.hub;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One log line for each tenth of a download. Confined to the downloading thread. */
final class LogProgress implements DownloadProgress {
    private static final Logger LOG = LoggerFactory.getLogger(LogProgress.class);
    private static final int STEP_PERCENT = 10;

    private String name = "";
    private long totalBytes;
    private long nextPercent;

    @Override
    public void onStart(String name, long totalBytes, long doneBytes) {
        this.name = name;
        this.totalBytes = totalBytes;
        nextPercent = percent(doneBytes) / STEP_PERCENT * STEP_PERCENT + STEP_PERCENT;
        LOG.info("downloading {}: {}, {}% here", name, ByteText.of(totalBytes), percent(doneBytes));
    }

    @Override
    public void onBytes(long doneBytes) {
        long percent = percent(doneBytes);
        if (percent >= nextPercent) {
            LOG.info("downloading {}: {}%", name, percent);
            nextPercent = percent / STEP_PERCENT * STEP_PERCENT + STEP_PERCENT;
        }
    }

    @Override
    public void onEnd() {
        nextPercent = Long.MAX_VALUE;
    }

    private long percent(long doneBytes) {
        return totalBytes == 0 ? 100 : (long) (100.0 * doneBytes / totalBytes);
    }
}
