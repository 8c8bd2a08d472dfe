package dev.javelin.engine;

import dev.javelin.error.JavelinException;
import java.time.Duration;

/** The engine as other threads see it. Thread-safe. */
public interface Engine extends AutoCloseable {
    /** Starts to take requests; called once. */
    void start();

    /**
     * Takes a request. Whatever comes of it reaches the {@link TokenSink}, ending with one
     * {@link TokenBatch.RequestEnd}.
     *
     * @param request encoded and checked
     * @return the accepted request
     * @throws JavelinException NOT_READY if the engine is not taking requests; CONTEXT_LENGTH_EXCEEDED if it could
     *     never fit the blocks, with the numbers; INVALID_REQUEST if it has more choices than slots
     */
    EngineTicket submit(EngineRequest request);

    /** The engine after its last step. */
    EngineSnapshot snapshot();

    /**
     * Takes no new requests and waits for the accepted ones.
     *
     * @param timeout after this the rest is cancelled
     * @return whether all ended by themselves
     */
    boolean drain(Duration timeout);

    /** Ends every request with CANCELLED, stops the thread and closes the runner. Idempotent. */
    @Override
    void close();
}
