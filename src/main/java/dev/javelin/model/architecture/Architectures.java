package dev.javelin.model.architecture;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.JsonKeys;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The architectures that this build knows. A new one is one more line here. Immutable, any thread. */
final class Architectures {
    /**
     * GGUF's llama files, which hold Llama, SmolLM and Mistral, have query and key rows permuted for interleaved
     * rotation; Qwen's are as trained, in halves.
     */
    private static final List<GgufArchitecture> GGUF = List.of(
            new GgufArchitecture("llama", RotaryLayout.INTERLEAVED, false),
            new GgufArchitecture("qwen2", RotaryLayout.HALVES, false),
            new GgufArchitecture("qwen3", RotaryLayout.HALVES, true));

    private static final List<ConfigArchitecture> CONFIG = List.of(
            new LlamaArchitecture(), new MistralArchitecture(), new Qwen2Architecture(), new Qwen3Architecture());

    private Architectures() {}

    /**
     * The architecture that a GGUF file names.
     *
     * @throws JavelinException {@code MODEL_UNSUPPORTED} naming it and the known ones, {@code MODEL_CORRUPT} if the
     *     file names none
     */
    static GgufArchitecture of(GgufFile file) {
        String name = file.metadata().requireString("general.architecture");
        return GGUF.stream()
                .filter(architecture -> architecture.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new JavelinException(
                        ErrorCode.MODEL_UNSUPPORTED,
                        file.metadata().source() + ": architecture " + name + " is not supported; supported are "
                                + GGUF.stream().map(GgufArchitecture::name).collect(Collectors.joining(", "))));
    }

    /**
     * The architecture whose class a {@code config.json} names, or whose {@code model_type} where it names no class.
     *
     * @throws JavelinException {@code MODEL_UNSUPPORTED} naming it and the known ones, {@code MODEL_CORRUPT} if the
     *     file names none
     */
    static ConfigArchitecture of(JsonKeys config) {
        Optional<List<String>> classes = config.findStrings("architectures").filter(Predicate.not(List::isEmpty));
        Optional<String> type = config.findString("model_type");
        if (classes.isEmpty() && type.isEmpty()) {
            throw config.missing("architectures");
        }
        return CONFIG.stream()
                .filter(known -> classes.isPresent()
                        ? classes.get().equals(List.of(known.className()))
                        : known.name().equals(type.get()))
                .findFirst()
                .orElseThrow(() -> new JavelinException(
                        ErrorCode.MODEL_UNSUPPORTED,
                        config.source() + ": architecture "
                                + classes.map(names -> String.join(", ", names)).orElseGet(type::get)
                                + " is not supported; supported are "
                                + CONFIG.stream()
                                        .map(ConfigArchitecture::className)
                                        .collect(Collectors.joining(", "))));
    }
}
