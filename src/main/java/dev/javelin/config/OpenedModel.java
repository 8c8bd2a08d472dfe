package dev.javelin.config;

import dev.javelin.model.LoadedModel;
import dev.javelin.model.ModelSpec;
import dev.javelin.model.architecture.GgufModels;
import dev.javelin.model.architecture.HuggingFaceModels;
import dev.javelin.model.architecture.ModelConfig;
import dev.javelin.model.architecture.ModelSummary;
import dev.javelin.model.architecture.RandomWeights;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.SafetensorsCheckpoint;
import dev.javelin.model.hub.ResolvedModel;
import dev.javelin.tokenizer.Tokenizer;
import java.util.Optional;

/**
 * The model of this process: where it came from, its weights, tokenizer and chat template. Immutable; the owner closes
 * it after the runner.
 *
 * @param origin where the file came from
 * @param model what a runner runs
 * @param summary for people
 * @param text tokenizer and chat template
 */
public record OpenedModel(ResolvedModel origin, LoadedModel model, ModelSummary summary, ModelText text)
        implements AutoCloseable {
    /**
     * Opens a resolved model.
     *
     * @throws dev.javelin.error.JavelinException MODEL_CORRUPT or MODEL_UNSUPPORTED
     */
    public static OpenedModel open(ResolvedModel origin) {
        if (origin.isDummy()) {
            return random(origin);
        }
        return origin.isFolder() ? ofFolder(origin) : ofGguf(origin);
    }

    private static OpenedModel ofFolder(ResolvedModel origin) {
        ModelSpec spec = ModelConfig.read(origin.mainFile().path()).spec(origin.displayName());
        ModelText text = ModelText.of(origin.location(), spec);
        SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.open(origin.location());
        LoadedModel model = HuggingFaceModels.takeModel(checkpoint, spec);
        return new OpenedModel(origin, model, ModelSummary.of(model.spec(), checkpoint), text);
    }

    private static OpenedModel random(ResolvedModel origin) {
        ModelConfig config = ModelConfig.read(origin.mainFile().path());
        ModelSpec spec = config.spec(origin.displayName());
        LoadedModel model = RandomWeights.model(spec, config.weightFormat());
        return new OpenedModel(origin, model, ModelSummary.of(model), ModelText.of(origin.location(), spec));
    }

    private static OpenedModel ofGguf(ResolvedModel origin) {
        GgufFile file = GgufFile.open(origin.mainFile().path());
        try {
            ModelSummary summary = ModelSummary.of(file);
            ModelText text = ModelText.of(file);
            return new OpenedModel(origin, GgufModels.takeModel(file), summary, text);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /** Text to ids and back. */
    public Tokenizer tokenizer() {
        return text.tokenizer();
    }

    /** The chat template's source, or empty where the model has none. */
    public Optional<String> chatTemplate() {
        return text.chatTemplate();
    }

    @Override
    public void close() {
        model.close();
    }
}
