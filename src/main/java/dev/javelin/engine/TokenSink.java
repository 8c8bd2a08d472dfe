package dev.javelin.engine;

/** Takes what the engine makes. Called by the engine thread alone, in order of steps; must neither block nor throw. */
@FunctionalInterface
public interface TokenSink {
    /** Takes one step's news; the batch is not empty. */
    void onBatch(TokenBatch batch);
}
