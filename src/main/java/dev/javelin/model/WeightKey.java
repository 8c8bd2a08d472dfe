package dev.javelin.model;

/**
 * Names one weight of a model. Immutable.
 *
 * @param role what it is for
 * @param layerIndex its layer from 0, or {@link #NO_LAYER} for embedding, output norm and head
 */
public record WeightKey(WeightRole role, int layerIndex) {
    /** The layer of weights that belong to no layer. */
    public static final int NO_LAYER = -1;

    /** A weight that belongs to no layer. */
    public static WeightKey of(WeightRole role) {
        return new WeightKey(role, NO_LAYER);
    }

    /** A weight of a layer. */
    public static WeightKey of(WeightRole role, int layerIndex) {
        return new WeightKey(role, layerIndex);
    }
}
