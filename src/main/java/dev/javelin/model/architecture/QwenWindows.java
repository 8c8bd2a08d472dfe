package dev.javelin.model.architecture;

import dev.javelin.model.checkpoint.JsonKeys;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which of Qwen's layers have a window: those that {@code layer_types} names, else those from {@code max_window_layers}
 * on; and only if {@code use_sliding_window} says so. Stateless.
 */
final class QwenWindows {
    private static final int DEFAULT_WINDOW_TOKENS = 4096;
    private static final int DEFAULT_FULL_LAYERS = 28;

    private QwenWindows() {}

    static @Nullable Integer windowTokens(JsonKeys config, int layerIndex) {
        boolean used = config.findBoolean("use_sliding_window").orElse(false);
        Integer window = used ? ConfigParameters.windowTokens(config, DEFAULT_WINDOW_TOKENS) : null;
        Optional<List<String>> types = config.findStrings("layer_types");
        if (types.isEmpty()) {
            int fullLayers = config.findInt("max_window_layers").orElse(DEFAULT_FULL_LAYERS);
            return layerIndex >= fullLayers ? window : null;
        }
        if (layerIndex >= types.get().size()) {
            throw config.corrupt(
                    "layer_types", "a list of " + types.get().size(), "the model has a layer " + layerIndex);
        }
        return switch (types.get().get(layerIndex)) {
            case "full_attention" -> null;
            case "sliding_attention" -> {
                if (window == null) {
                    throw config.corrupt(
                            "layer_types", "sliding_attention at " + layerIndex, "there is no sliding window");
                }
                yield window;
            }
            default -> throw config.unsupported("layer_types", types.get().get(layerIndex), "such a layer is");
        };
    }
}
