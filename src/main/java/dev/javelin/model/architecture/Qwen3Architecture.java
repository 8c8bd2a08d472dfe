package dev.javelin.model.architecture;

import dev.javelin.model.checkpoint.JsonKeys;
import org.jspecify.annotations.Nullable;

/** Qwen 3: query and key heads are normalised, nothing has a bias. Immutable, any thread. */
record Qwen3Architecture() implements ConfigArchitecture {
    @Override
    public String className() {
        return "Qwen3ForCausalLM";
    }

    @Override
    public String name() {
        return "qwen3";
    }

    @Override
    public @Nullable Integer defaultKvHeadCount() {
        return 32;
    }

    @Override
    public @Nullable Integer defaultHeadDim() {
        return 128;
    }

    @Override
    public boolean headNorm() {
        return true;
    }

    @Override
    public @Nullable Integer windowTokens(JsonKeys config, int layerIndex) {
        return QwenWindows.windowTokens(config, layerIndex);
    }

    @Override
    public void refuseWhatIsNotComputed(JsonKeys config) {
        ConfigParameters.refuseTrue(config, "attention_bias", "biases of all four projections are");
    }
}
