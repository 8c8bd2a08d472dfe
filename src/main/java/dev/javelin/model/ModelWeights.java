package dev.javelin.model;

import java.util.Collection;
import java.util.Optional;

/**
 * The weights of one model. Thread-safe for reading until {@link #close()}, which only the owner calls, once nothing
 * reads any weight's bytes.
 */
public interface ModelWeights extends AutoCloseable {
    /** The weight of a key, or empty where the model has none (no bias, a tied head). */
    Optional<Weight> tryWeight(WeightKey key);

    /**
     * The weight of a key.
     *
     * @throws IllegalStateException if the model has none, which its architecture should have found out at load
     */
    default Weight weight(WeightKey key) {
        return tryWeight(key).orElseThrow(() -> new IllegalStateException("no weight " + key));
    }

    /** Every weight, in the order of the checkpoint. */
    Collection<Weight> all();

    /** Gives the weights' memory back. Idempotent. */
    @Override
    void close();
}
