package dev.javelin.model.architecture;

import dev.javelin.model.checkpoint.JsonKeys;
import org.jspecify.annotations.Nullable;

/**
 * One of transformers' classes of the llama family, and what the class does beside what {@code config.json} says: its
 * defaults are those of the class's own configuration. Immutable, any thread.
 */
interface ConfigArchitecture {
    /** As {@code architectures} names it, e.g. {@code LlamaForCausalLM}. */
    String className();

    /** As {@code model_type} names it, e.g. {@code llama}. */
    String name();

    /** Key and value heads where the file does not mention them, or null for as many as query heads. */
    default @Nullable Integer defaultKvHeadCount() {
        return null;
    }

    /** Elements of a head where the file does not say, or null for the hidden size over the heads. */
    default @Nullable Integer defaultHeadDim() {
        return null;
    }

    /** Whether query, key and value projections add a bias. */
    default boolean projectionBias() {
        return false;
    }

    /** Whether every query and key head is normalised. */
    default boolean headNorm() {
        return false;
    }

    /** How many tokens a layer sees, itself included, or null for all. */
    @Nullable Integer windowTokens(JsonKeys config, int layerIndex);

    /**
     * Refuses keys that the class reads and this build does not compute.
     *
     * @throws dev.javelin.error.JavelinException {@code MODEL_UNSUPPORTED} naming the key
     */
    default void refuseWhatIsNotComputed(JsonKeys config) {}
}
