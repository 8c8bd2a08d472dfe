package dev.javelin.model.architecture;

import dev.javelin.model.ModelSpec;
import dev.javelin.model.WeightFormat;
import dev.javelin.model.checkpoint.JsonFiles;
import dev.javelin.model.checkpoint.JsonKeys;
import java.nio.file.Path;

/**
 * The {@code config.json} of a Hugging Face model folder. Immutable, any thread.
 *
 * @param keys what it says
 */
public record ModelConfig(JsonKeys keys) {
    /** The file's name in a model's folder. */
    public static final String FILE_NAME = "config.json";

    private static final long LIMIT_BYTES = 16 << 20;

    /**
     * Reads a file.
     *
     * @throws dev.javelin.error.JavelinException {@code MODEL_UNAVAILABLE} if it cannot be read, {@code MODEL_CORRUPT}
     *     if it holds no JSON object
     */
    public static ModelConfig read(Path file) {
        return new ModelConfig(JsonKeys.of(String.valueOf(file.getFileName()), JsonFiles.read(file, LIMIT_BYTES)));
    }

    /**
     * What the model computes, whatever its weights are.
     *
     * @param modelName the model's name for people: the file does not know it
     * @throws dev.javelin.error.JavelinException {@code MODEL_UNSUPPORTED} or {@code MODEL_CORRUPT}, naming the key
     */
    public ModelSpec spec(String modelName) {
        ConfigParameters parameters = new ConfigParameters(keys, Architectures.of(keys), modelName);
        parameters.refuseWhatIsNotComputed();
        return DecoderSpec.of(parameters);
    }

    /**
     * The format that the model's weights were trained or saved in; BF16 where the file does not say.
     *
     * @throws dev.javelin.error.JavelinException {@code MODEL_UNSUPPORTED} for any but 32 and 16 bit formats
     */
    public WeightFormat weightFormat() {
        String key = keys.contains("dtype") ? "dtype" : "torch_dtype";
        String name = keys.findString(key).orElse("bfloat16");
        return switch (name) {
            case "bfloat16" -> WeightFormat.BF16;
            case "float16" -> WeightFormat.F16;
            case "float32" -> WeightFormat.F32;
            default -> throw keys.unsupported(key, name, "a type other than bfloat16, float16 and float32 is");
        };
    }
}
