package dev.javelin.tokenizer.huggingface;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.IdsOnlyTokenizer;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes the tokenizer of a Hugging Face model's folder. Stateless. */
public final class FolderTokenizer {
    /** Other forms that a tokenizer is published in; to ignore them would be to say that there is none. */
    private static final List<String> UNREAD =
            List.of("tokenizer.model", "spiece.model", "tiktoken.model", "tekken.json", "vocab.json", "vocab.txt");

    private FolderTokenizer() {}

    /**
     * The folder's tokenizer, or one that knows ids alone where the folder has no tokenizer at all.
     *
     * @param vocabularyTokens ids that the model takes
     * @throws JavelinException MODEL_UNSUPPORTED for a tokenizer in another form than {@code tokenizer.json},
     *     MODEL_CORRUPT or MODEL_UNSUPPORTED for what the files say
     */
    public static Tokenizer read(Path folder, int vocabularyTokens) {
        if (Files.exists(folder.resolve(TokenizerJson.FILE_NAME))) {
            return TokenizerJson.readDirectory(folder);
        }
        for (String other : UNREAD) {
            if (Files.exists(folder.resolve(other))) {
                throw new JavelinException(
                        ErrorCode.MODEL_UNSUPPORTED,
                        folder + " has its tokenizer in " + other + ", which this build does not read; it reads "
                                + TokenizerJson.FILE_NAME);
            }
        }
        Vocabulary vocabulary = IdsOnlyTokenizer.vocabulary(vocabularyTokens);
        return new IdsOnlyTokenizer(vocabulary, RoleReader.ofFolder(folder).read(vocabulary));
    }
}
