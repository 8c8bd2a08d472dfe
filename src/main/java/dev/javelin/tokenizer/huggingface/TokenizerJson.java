package dev.javelin.tokenizer.huggingface;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.JsonFiles;
import dev.javelin.tokenizer.SpecialTokens;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.Vocabulary;
import dev.javelin.tokenizer.bpe.BpeModel;
import dev.javelin.tokenizer.bpe.SentencePieceSpelling;
import dev.javelin.tokenizer.pipeline.AddedToken;
import dev.javelin.tokenizer.pipeline.Pipeline;
import dev.javelin.tokenizer.pipeline.PipelineTokenizer;
import dev.javelin.tokenizer.pipeline.Template;
import dev.javelin.tokenizer.pretokenizer.MarkBoundary;
import dev.javelin.tokenizer.pretokenizer.PreTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/** Makes tokenizers out of Hugging Face's files. Stateless. */
public final class TokenizerJson {
    /** The file's name in a model's folder. */
    static final String FILE_NAME = "tokenizer.json";

    /** Eight times the largest file known (Gemma 3: 33 MB). */
    private static final long MAX_FILE_BYTES = 1L << 28;

    private static final char MARK = SentencePieceSpelling.SPACE_MARK.charAt(0);

    private TokenizerJson() {}

    /**
     * The tokenizer of a model's directory: {@code tokenizer.json}, and for the ids with a role
     * {@code tokenizer_config.json} and {@code generation_config.json}, or else {@code config.json}, where they are.
     *
     * @throws JavelinException MODEL_UNAVAILABLE when tokenizer.json cannot be read, MODEL_CORRUPT or MODEL_UNSUPPORTED
     *     for what it says
     */
    public static Tokenizer readDirectory(Path directory) {
        return of(parse(directory.resolve(FILE_NAME)), RoleReader.ofFolder(directory));
    }

    /** The tokenizer of one {@code tokenizer.json}; only well-known end tokens have a role. */
    public static Tokenizer readFile(Path tokenizerJson) {
        return of(parse(tokenizerJson), RoleReader.NONE);
    }

    /** The tokenizer that a parsed {@code tokenizer.json} describes. */
    public static Tokenizer of(JsonNode tokenizerJson) {
        return of(tokenizerJson, RoleReader.NONE);
    }

    private static JsonNode parse(Path file) {
        return JsonFiles.read(file, MAX_FILE_BYTES);
    }

    private static Tokenizer of(JsonNode tokenizerJson, RoleReader roles) {
        Component root = new Component(tokenizerJson, "");
        Component modelSection = root.child("model");
        requireBpe(modelSection);
        List<AddedToken> added = ConfigTokens.merged(
                VocabularyReader.addedTokens(root), modelSection.json().path("vocab"), roles.tokenizerConfig());
        DecoderReader.Result decoder = DecoderReader.read(root.child("decoder"));
        Vocabulary vocabulary = VocabularyReader.read(modelSection, added, decoder.spelling());
        PreTokenizerReader.Result cut = PreTokenizerReader.read(root.child("pre_tokenizer"));
        BpeModel model = BpeReader.read(modelSection, vocabulary, cut.byteLevel());
        Template template = PostProcessorReader.read(root.child("post_processor"));
        requireKnown(template, vocabulary);
        SpecialTokens specialTokens = roles.read(vocabulary);
        return new PipelineTokenizer(new Pipeline(
                vocabulary,
                specialTokens,
                added,
                NormalizerReader.read(root.child("normalizer")),
                cut.isAbsent() ? wholeText(modelSection) : cut.preTokenizer(),
                model,
                template,
                decoder.leadingSpace()));
    }

    /** Files without {@code type} are from before it was written: a BPE then has merges. */
    private static void requireBpe(Component model) {
        if (model.isAbsent()) {
            throw model.unsupported("a tokenizer without a model");
        }
        String type = model.isUnset("type") && model.json().has("merges") ? "BPE" : model.text("type");
        if (!type.equals("BPE")) {
            throw model.unsupported("model type \"" + type + "\" (known: BPE)");
        }
    }

    /** Without a rule the whole text is one piece; it is cut where no merge can cross. */
    private static PreTokenizer wholeText(Component model) {
        var texts = model.child("vocab").json().propertyNames();
        boolean safe = !model.flag("ignore_merges", false)
                && texts.contains(SentencePieceSpelling.SPACE_MARK)
                && MarkBoundary.isSafe(MARK, texts.stream());
        return safe ? new MarkBoundary(MARK) : PreTokenizer.whole();
    }

    private static void requireKnown(Template template, Vocabulary vocabulary) {
        IntStream.concat(IntStream.of(template.prefixIds()), IntStream.of(template.suffixIds()))
                .filter(id -> id >= vocabulary.sizeTokens())
                .findFirst()
                .ifPresent(id -> {
                    throw new JavelinException(
                            ErrorCode.MODEL_CORRUPT,
                            "tokenizer.json: post_processor names the id " + id + ", the vocabulary has "
                                    + vocabulary.sizeTokens() + " tokens");
                });
    }
}
