package dev.javelin.config;

import dev.javelin.model.ModelSpec;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.model.checkpoint.GgufMetadata;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.gguf.GgufTokenizer;
import dev.javelin.tokenizer.huggingface.FolderChatTemplate;
import dev.javelin.tokenizer.huggingface.FolderTokenizer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a model's files say of text. Immutable.
 *
 * @param tokenizer text to ids and back
 * @param chatTemplate the template's source, or empty where there is none
 */
public record ModelText(Tokenizer tokenizer, Optional<String> chatTemplate) {
    /**
     * Of a GGUF file.
     *
     * @throws dev.javelin.error.JavelinException MODEL_CORRUPT or MODEL_UNSUPPORTED
     */
    static ModelText of(GgufFile file) {
        GgufMetadata metadata = file.metadata();
        return new ModelText(GgufTokenizer.of(metadata), metadata.findString("tokenizer.chat_template"));
    }

    /**
     * Of a Hugging Face folder.
     *
     * @throws dev.javelin.error.JavelinException MODEL_CORRUPT or MODEL_UNSUPPORTED
     */
    static ModelText of(Path folder, ModelSpec spec) {
        return new ModelText(FolderTokenizer.read(folder, spec.vocabularyTokens()), FolderChatTemplate.read(folder));
    }
}
