package dev.javelin.cuda.kernel;

import dev.javelin.cuda.memory.DeviceBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a layer does to queries, keys and values besides turning them. Immutable.
 *
 * @param bias E [(H + 2 * KVH) * D], added first, or null
 * @param queryNorm E [D], weights of the RMS norm of each query head, or null; both norms or none
 * @param keyNorm E [D], likewise of each key head
 * @param normEpsilon added to the mean square before the root
 */
public record HeadWeights(
        @Nullable DeviceBuffer bias,
        @Nullable DeviceBuffer queryNorm,
        @Nullable DeviceBuffer keyNorm,
        float normEpsilon) {
    /** Neither bias nor norms. */
    public static final HeadWeights NONE = new HeadWeights(null, null, null, 0);

    /** Checks that there are both norms or none. */
    public HeadWeights {
        if ((queryNorm == null) != (keyNorm == null)) {
            throw new IllegalArgumentException("queries and keys have norms both, or neither");
        }
    }
}
