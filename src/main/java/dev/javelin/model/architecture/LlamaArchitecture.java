package dev.javelin.model.architecture;

import dev.javelin.model.checkpoint.JsonKeys;
import org.jspecify.annotations.Nullable;

/** Llama 1 to 3.2, SmolLM2, TinyLlama, Yi and others that took the class over. Immutable, any thread. */
record LlamaArchitecture() implements ConfigArchitecture {
    @Override
    public String className() {
        return "LlamaForCausalLM";
    }

    @Override
    public String name() {
        return "llama";
    }

    @Override
    public @Nullable Integer windowTokens(JsonKeys config, int layerIndex) {
        return null;
    }

    @Override
    public void refuseWhatIsNotComputed(JsonKeys config) {
        ConfigParameters.refuseTrue(config, "attention_bias", "biases of all four projections are");
        ConfigParameters.refuseTrue(config, "mlp_bias", "biases of the MLP are");
        ConfigParameters.refuseTrue(config, "rope_interleaved", "rotation of neighbours is");
        if (config.contains("sliding_window")) {
            throw config.unsupported("sliding_window", config.json().path("sliding_window"), "a window in Llama is");
        }
    }
}
