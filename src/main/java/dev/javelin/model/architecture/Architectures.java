package dev.javelin.model.architecture;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.RotaryLayout;
import dev.javelin.model.checkpoint.GgufFile;
import java.util.List;
import java.util.stream.Collectors;

/** The architectures that this build knows. Immutable, any thread. */
public final class Architectures {
    /**
     * A new architecture is one more line here. GGUF's llama files have query and key rows permuted for interleaved
     * rotation; Qwen's are as trained, in halves.
     */
    private static final List<Architecture> KNOWN = List.of(
            new DecoderArchitecture("llama", RotaryLayout.INTERLEAVED, false),
            new DecoderArchitecture("qwen2", RotaryLayout.HALVES, false),
            new DecoderArchitecture("qwen3", RotaryLayout.HALVES, true));

    private Architectures() {}

    /**
     * The architecture that the file names.
     *
     * @throws JavelinException {@code MODEL_UNSUPPORTED} naming it and the known ones, {@code MODEL_CORRUPT} if the
     *     file names none
     */
    public static Architecture of(GgufFile file) {
        String name = file.metadata().requireString("general.architecture");
        return KNOWN.stream()
                .filter(architecture -> architecture.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new JavelinException(
                        ErrorCode.MODEL_UNSUPPORTED,
                        file.metadata().source() + ": architecture " + name + " is not supported; supported are "
                                + KNOWN.stream().map(Architecture::name).collect(Collectors.joining(", "))));
    }
}
