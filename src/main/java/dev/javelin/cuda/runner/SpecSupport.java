package dev.javelin.cuda.runner;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.AttentionSpec;
import dev.javelin.model.LayerSpec;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.NormSpec;

/**
 * Refuses models that the kernels would compute wrongly. Stateless. A kind of norm or activation that is added to the
 * model package stops the compiler here.
 */
final class SpecSupport {
    private static final int HEAD_DIM_STEP = 16;
    private static final int MOST_HEAD_DIM = 256;
    private static final int MOST_GROUP = 16;
    /** Rows of a matrix are read in pieces of 16 bytes. */
    private static final int ELEMENTS_AT_ONCE = 8;

    private SpecSupport() {}

    /**
     * Checks every layer.
     *
     * @throws JavelinException MODEL_UNSUPPORTED that names the layer, the value and what is supported
     */
    static void check(ModelSpec spec) {
        require(!spec.layers().isEmpty(), "the model has no layers");
        checkNorm(spec.outputNorm());
        columns("hidden size", spec.hiddenSize());
        for (int i = 0; i < spec.layers().size(); i++) {
            checkLayer("layer " + i, spec.layers().get(i));
        }
    }

    private static void checkLayer(String name, LayerSpec layer) {
        AttentionSpec attention = layer.attention();
        checkNorm(layer.attentionNorm());
        checkNorm(layer.mlpNorm());
        NormSpec headNorm = attention.headNorm();
        if (headNorm != null) {
            checkNorm(headNorm);
        }
        switch (layer.mlp().activation()) {
            case SILU -> {}
        }
        columns(name + "'s intermediate size", layer.mlp().intermediateSize());
        int headDim = attention.headDim();
        require(
                headDim % HEAD_DIM_STEP == 0 && headDim <= MOST_HEAD_DIM,
                name + " has heads of " + headDim + " elements, it must be a multiple of " + HEAD_DIM_STEP + " up to "
                        + MOST_HEAD_DIM);
        require(
                attention.kvHeadCount() > 0
                        && attention.headCount() % attention.kvHeadCount() == 0
                        && attention.headCount() / attention.kvHeadCount() <= MOST_GROUP,
                name + " has " + attention.headCount() + " query heads for " + attention.kvHeadCount()
                        + " key heads, it must be a multiple up to " + MOST_GROUP);
        int rotated = attention.rotary().rotatedDims();
        require(
                rotated % 2 == 0 && rotated <= headDim,
                name + " rotates " + rotated + " elements, it must be an even number up to the head's " + headDim);
    }

    private static void columns(String name, int columns) {
        require(
                columns % ELEMENTS_AT_ONCE == 0,
                "the " + name + " is " + columns + ", it must be a multiple of " + ELEMENTS_AT_ONCE);
    }

    private static void checkNorm(NormSpec norm) {
        switch (norm.kind()) {
            case RMS -> {}
        }
    }

    private static void require(boolean supported, String message) {
        if (!supported) {
            throw new JavelinException(ErrorCode.MODEL_UNSUPPORTED, "not supported on the GPU: " + message);
        }
    }
}
