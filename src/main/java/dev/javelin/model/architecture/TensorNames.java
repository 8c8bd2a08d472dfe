package dev.javelin.model.architecture;

import dev.javelin.model.WeightKey;

/** How a checkpoint calls weights. Stateless or immutable, any thread. */
interface TensorNames {
    /** The name of the tensor that holds a weight. */
    String nameOf(WeightKey key);

    /** Whether a tensor carries nothing that the configuration does not say, or is read elsewhere. */
    boolean isRedundant(String name);
}
