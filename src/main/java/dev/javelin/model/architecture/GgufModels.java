package dev.javelin.model.architecture;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.GgufMetadata;
import java.nio.file.Path;

/** Makes models of GGUF files. Stateless, any thread. */
public final class GgufModels {
    private static final int QUANTIZATION_VERSION = 2;

    private GgufModels() {}

    /**
     * Opens a file and takes the model from it. The caller closes the model, and with it the file.
     *
     * @throws JavelinException as {@link GgufFile#open} and {@link #takeModel}
     */
    public static LoadedModel open(Path path) {
        return takeModel(GgufFile.open(path));
    }

    /**
     * The model of an open file. Takes the file over: it is closed with the model, or at once if this fails.
     *
     * @throws JavelinException {@code MODEL_UNSUPPORTED} or {@code MODEL_CORRUPT}, naming key or tensor
     */
    public static LoadedModel takeModel(GgufFile file) {
        boolean taken = false;
        try {
            ModelSpec spec = spec(file);
            LoadedModel model = new LoadedModel(spec, CheckpointWeights.bind(file, spec, GgufTensorNames.INSTANCE));
            taken = true;
            return model;
        } finally {
            if (!taken) {
                file.close();
            }
        }
    }

    /**
     * What the file's model computes, whether or not this build can read its tensors.
     *
     * @throws JavelinException {@code MODEL_UNSUPPORTED} or {@code MODEL_CORRUPT}, naming the key
     */
    public static ModelSpec spec(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        String type = metadata.findString("general.type").orElse("model");
        if (!type.equals("model")) {
            throw unsupported(metadata, "general.type", type, "only whole models are supported");
        }
        int splitCount = metadata.findInt("split.count").orElse(1);
        if (splitCount > 1) {
            throw unsupported(metadata, "split.count", splitCount, "a model split over several files is not supported");
        }
        int version = metadata.findInt("general.quantization_version").orElse(QUANTIZATION_VERSION);
        if (version != QUANTIZATION_VERSION) {
            throw unsupported(metadata, "general.quantization_version", version, "only version 2 is supported");
        }
        return Architectures.of(file).spec(file);
    }

    private static JavelinException unsupported(GgufMetadata metadata, String key, Object value, String why) {
        return new JavelinException(
                ErrorCode.MODEL_UNSUPPORTED, metadata.source() + ": metadata key " + key + " is " + value + ": " + why);
    }
}
