package dev.javelin.model;

import java.util.List;

/**
 * All that a runner needs to know of a model but its weights. Immutable.
 *
 * @param architecture the name that the checkpoint gives, e.g. {@code llama}
 * @param name the model's own name, for people
 * @param vocabularyTokens rows of embedding and head
 * @param hiddenSize elements of a token's hidden state
 * @param contextTokens most tokens of a sequence
 * @param layers the layers in order
 * @param outputNorm the norm before the head
 * @param tiedHead whether the embedding serves as head
 * @param cacheGroups what the layers cache, by {@link CacheGroup#id()}
 */
public record ModelSpec(
        String architecture,
        String name,
        int vocabularyTokens,
        int hiddenSize,
        int contextTokens,
        List<LayerSpec> layers,
        NormSpec outputNorm,
        boolean tiedHead,
        List<CacheGroup> cacheGroups) {
    /** Copies the lists. */
    public ModelSpec {
        layers = List.copyOf(layers);
        cacheGroups = List.copyOf(cacheGroups);
    }

    /** The same with a head of its own, or with the embedding as head. */
    public ModelSpec withTiedHead(boolean tied) {
        return new ModelSpec(
                architecture, name, vocabularyTokens, hiddenSize, contextTokens, layers, outputNorm, tied, cacheGroups);
    }
}
