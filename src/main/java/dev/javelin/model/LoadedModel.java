package dev.javelin.model;

/**
 * A model that a runner can run. The owner of its weights' memory.
 *
 * @param spec what to compute
 * @param weights what to compute it with
 */
public record LoadedModel(ModelSpec spec, ModelWeights weights) implements AutoCloseable {
    @Override
    public void close() {
        weights.close();
    }
}
