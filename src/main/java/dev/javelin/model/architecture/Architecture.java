package dev.javelin.model.architecture;

import dev.javelin.model.ModelSpec;
import dev.javelin.model.checkpoint.GgufFile;

/** A family of models that share their mathematics. Immutable, any thread. */
public interface Architecture {
    /** The name in GGUF's {@code general.architecture}. */
    String name();

    /**
     * What the file's metadata says that the model computes.
     *
     * @throws dev.javelin.error.JavelinException {@code MODEL_CORRUPT} naming a key that is missing or impossible,
     *     {@code MODEL_UNSUPPORTED} naming what this build cannot compute
     */
    ModelSpec spec(GgufFile file);
}
