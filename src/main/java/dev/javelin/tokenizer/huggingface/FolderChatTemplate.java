package dev.javelin.tokenizer.huggingface;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.JsonFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Finds the chat template of a Hugging Face model's folder: {@code chat_template.jinja}, else {@code chat_template} in
 * {@code tokenizer_config.json}, which is one template or a list of named ones, of which {@code default} counts.
 * Stateless.
 */
public final class FolderChatTemplate {
    private static final String FILE_NAME = "chat_template.jinja";
    private static final String KEY = "chat_template";
    private static final long LIMIT_BYTES = 4 << 20;
    private static final long CONFIG_LIMIT_BYTES = 64 << 20;

    private FolderChatTemplate() {}

    /**
     * The template's source, or empty where the folder has none.
     *
     * @throws JavelinException MODEL_CORRUPT for a file that is too long or is no text, MODEL_UNAVAILABLE for one that
     *     cannot be read
     */
    public static Optional<String> read(Path folder) {
        Path file = folder.resolve(FILE_NAME);
        if (Files.exists(file)) {
            return Optional.of(text(file));
        }
        Path config = folder.resolve("tokenizer_config.json");
        return Files.exists(config)
                ? ofConfig(JsonFiles.read(config, CONFIG_LIMIT_BYTES).path(KEY))
                : Optional.empty();
    }

    private static Optional<String> ofConfig(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (value.isString()) {
            return Optional.of(value.stringValue());
        }
        if (!value.isArray()) {
            throw corrupt(KEY, "a string or a list of named templates");
        }
        Optional<String> found = Optional.empty();
        for (JsonNode named : value) {
            if (!named.path("name").isString() || !named.path("template").isString()) {
                throw corrupt(KEY + "[]", "an object with the strings name and template");
            }
            if (named.path("name").stringValue().equals("default")) {
                found = Optional.of(named.path("template").stringValue());
            }
        }
        return found;
    }

    private static String text(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes > LIMIT_BYTES) {
                throw new JavelinException(
                        ErrorCode.MODEL_CORRUPT, FILE_NAME + " has " + bytes + " bytes, the limit is " + LIMIT_BYTES);
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (CharacterCodingException e) {
            throw new JavelinException(ErrorCode.MODEL_CORRUPT, FILE_NAME + " is no UTF-8 text", e);
        } catch (IOException e) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot read " + file + ": " + e, e);
        }
    }

    private static JavelinException corrupt(String key, String expected) {
        return new JavelinException(ErrorCode.MODEL_CORRUPT, "tokenizer_config.json: " + key + " must be " + expected);
    }
}
