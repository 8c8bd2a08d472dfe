package dev.javelin.cpu;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.CacheGroup;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.MlpSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;
import dev.javelin.model.RotarySpec;

/**
 * Refuses models that this runner would compute wrongly. Stateless. A kind of norm or activation that is added to the
 * model package stops the compiler here.
 */
final class SpecSupport {
    private SpecSupport() {}

    /**
     * Checks every layer.
     *
     * @throws JavelinException MODEL_UNSUPPORTED that names the layer, the value and what is supported
     */
    static void check(ModelSpec spec) {
        require(!spec.layers().isEmpty(), "the model has no layers");
        checkNorm(spec.outputNorm());
        for (int i = 0; i < spec.layers().size(); i++) {
            checkLayer("layer " + i, i, spec);
        }
    }

    private static void checkLayer(String name, int index, ModelSpec spec) {
        LayerSpec layer = spec.layers().get(index);
        AttentionSpec attention = layer.attention();
        checkNorm(layer.attentionNorm());
        checkNorm(layer.mlpNorm());
        NormSpec headNorm = attention.headNorm();
        if (headNorm != null) {
            checkNorm(headNorm);
        }
        checkActivation(layer.mlp().activation());
        require(
                attention.kvHeadCount() > 0 && attention.headCount() % attention.kvHeadCount() == 0,
                name + " has " + attention.headCount() + " query heads, not a multiple of its "
                        + attention.kvHeadCount() + " key heads");
        RotarySpec rotary = attention.rotary();
        require(
                rotary.rotatedDims() % 2 == 0 && rotary.rotatedDims() <= attention.headDim(),
                name + " rotates " + rotary.rotatedDims() + " elements, it must be an even number up to the head's "
                        + attention.headDim());
        require(
                layer.cacheGroupId() >= 0
                        && layer.cacheGroupId() < spec.cacheGroups().size(),
                name + " names cache group " + layer.cacheGroupId() + ", the model has "
                        + spec.cacheGroups().size());
        CacheGroup group = spec.cacheGroups().get(layer.cacheGroupId());
        require(
                group.layerIndexes().contains(index)
                        && group.kvHeadCount() == attention.kvHeadCount()
                        && group.headDim() == attention.headDim(),
                name + " caches " + attention.kvHeadCount() + " heads of " + attention.headDim()
                        + ", its cache group does not");
    }

    private static void checkNorm(NormSpec norm) {
        switch (norm.kind()) {
            case RMS -> {}
        }
    }

    private static void checkActivation(MlpSpec.Activation activation) {
        switch (activation) {
            case SILU -> {}
        }
    }

    private static void require(boolean supported, String message) {
        if (!supported) {
            throw new JavelinException(ErrorCode.MODEL_UNSUPPORTED, "not supported on the CPU: " + message);
        }
    }
}
