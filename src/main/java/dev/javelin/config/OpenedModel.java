package dev.javelin.config;

import dev.javelin.model.LoadedModel;
import dev.javelin.model.architecture.GgufModels;
import dev.javelin.model.architecture.ModelSummary;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.hub.ResolvedModel;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.gguf.GgufTokenizer;
import java.util.Optional;

/**
 * The model of this process: where it came from, its weights, tokenizer and chat template. Immutable; the owner closes
 * it after the runner.
 *
 * @param origin where the file came from
 * @param model what a runner runs
 * @param summary for people
 * @param tokenizer text to ids and back
 * @param chatTemplate the template's source, or empty where the file has none
 */
public record OpenedModel(
        ResolvedModel origin,
        LoadedModel model,
        ModelSummary summary,
        Tokenizer tokenizer,
        Optional<String> chatTemplate)
        implements AutoCloseable {
    /**
     * Opens a resolved model.
     *
     * @throws dev.javelin.error.JavelinException MODEL_CORRUPT or MODEL_UNSUPPORTED
     */
    public static OpenedModel open(ResolvedModel origin) {
        GgufFile file = GgufFile.open(origin.mainFile().path());
        try {
            ModelSummary summary = ModelSummary.of(file);
            Tokenizer tokenizer = GgufTokenizer.of(file.metadata());
            Optional<String> template = file.metadata().findString("tokenizer.chat_template");
            return new OpenedModel(origin, GgufModels.takeModel(file), summary, tokenizer, template);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
