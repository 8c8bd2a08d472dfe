package dev.javelin.config;

import dev.javelin.engine.Engine;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the engine after the web server and drains it before that stops listening: readiness goes down and new
 * requests get 503 while those that run finish. Called by Spring's own threads only.
 */
public final class EngineLifecycle implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(EngineLifecycle.class);

    private final Engine engine;
    private final Duration drainTimeout;
    private volatile boolean running;

    /**
     * A lifecycle.
     *
     * @param engine started and drained
     * @param drainTimeout how long running requests may take
     */
    public EngineLifecycle(Engine engine, Duration drainTimeout) {
        this.engine = engine;
        this.drainTimeout = drainTimeout;
    }

    @Override
    public void start() {
        engine.start();
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        int open = engine.snapshot().waitingRequests() + engine.snapshot().runningSequences();
        LOG.info("draining: {} requests have up to {} to finish", open, drainTimeout);
        boolean byThemselves = engine.drain(drainTimeout);
        LOG.info(byThemselves ? "drained" : "the grace time is over, what still ran was ended");
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** The highest: it starts after the web server and stops before it. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
