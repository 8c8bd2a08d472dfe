package dev.javelin.config;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens when an engine fails: it is logged, and the process ends if it is ours. Thread-safe. */
public final class EngineFailure {
    /** Long enough for the error events of running requests to reach their clients. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(EngineFailure.class);
    private static final int EXIT_CODE = 70; // EX_SOFTWARE of sysexits.h

    private final boolean exits;

    /**
     * A handler.
     *
     * @param exits whether the process ends, with a code that is not 0
     */
    public EngineFailure(boolean exits) {
        this.exits = exits;
    }

    /** Called once by the engine thread, when every request has been ended. */
    public void onFailure(Throwable cause) {
        LOG.error("the engine failed; no request can be served any more", cause);
        if (exits) {
            Thread.ofPlatform().name("engine-failure").start(EngineFailure::exit);
        }
    }

    private static void exit() {
        try {
            Thread.sleep(FAREWELL);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.exit(EXIT_CODE);
    }
}
