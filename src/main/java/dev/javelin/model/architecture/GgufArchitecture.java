package dev.javelin.model.architecture;

import dev.javelin.model.ModelSpec;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.checkpoint.GgufFile;

/**
 * One of GGUF's names for the llama family, and what the name says beside the keys. Immutable, any thread.
 *
 * @param name in {@code general.architecture}
 * @param rotaryLayout how query and key rows lie in the file
 * @param headNorm whether every query and key head is normalised
 */
record GgufArchitecture(String name, RotaryLayout rotaryLayout, boolean headNorm) {
    /**
     * What the file's metadata says that the model computes.
     *
     * @throws dev.javelin.error.JavelinException {@code MODEL_CORRUPT} naming a key that is missing or impossible,
     *     {@code MODEL_UNSUPPORTED} naming what this build cannot compute
     */
    ModelSpec spec(GgufFile file) {
        GgufParameters parameters = new GgufParameters(file, this);
        parameters.refuseWhatIsNotComputed();
        return DecoderSpec.of(parameters);
    }
}
