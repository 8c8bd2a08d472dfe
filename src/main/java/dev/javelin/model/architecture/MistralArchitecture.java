package dev.javelin.model.architecture;

import dev.javelin.model.checkpoint.JsonKeys;
import org.jspecify.annotations.Nullable;

/** Mistral 7B and its kin: Llama with fewer key heads and, in the first version, a window. Immutable, any thread. */
record MistralArchitecture() implements ConfigArchitecture {
    private static final int DEFAULT_WINDOW_TOKENS = 4096;

    @Override
    public String className() {
        return "MistralForCausalLM";
    }

    @Override
    public String name() {
        return "mistral";
    }

    @Override
    public @Nullable Integer defaultKvHeadCount() {
        return 8;
    }

    /** Null says that there is none; a key that is not there says 4096. */
    @Override
    public @Nullable Integer windowTokens(JsonKeys config, int layerIndex) {
        return ConfigParameters.windowTokens(config, DEFAULT_WINDOW_TOKENS);
    }

    @Override
    public void refuseWhatIsNotComputed(JsonKeys config) {
        if (config.contains("layer_types")) {
            throw config.unsupported("layer_types", config.json().path("layer_types"), "it is in Mistral");
        }
    }
}
