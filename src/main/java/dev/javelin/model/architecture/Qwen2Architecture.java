package dev.javelin.model.architecture;

import dev.javelin.model.checkpoint.JsonKeys;
import org.jspecify.annotations.Nullable;

/** Qwen 1.5, 2 and 2.5: biases on query, key and value, windows on later layers if at all. Immutable, any thread. */
record Qwen2Architecture() implements ConfigArchitecture {
    @Override
    public String className() {
        return "Qwen2ForCausalLM";
    }

    @Override
    public String name() {
        return "qwen2";
    }

    @Override
    public @Nullable Integer defaultKvHeadCount() {
        return 32;
    }

    @Override
    public boolean projectionBias() {
        return true;
    }

    @Override
    public @Nullable Integer windowTokens(JsonKeys config, int layerIndex) {
        return QwenWindows.windowTokens(config, layerIndex);
    }
}
