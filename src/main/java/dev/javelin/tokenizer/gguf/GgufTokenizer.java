package dev.javelin.tokenizer.gguf;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.model.checkpoint.GgufMetadata;
import dev.javelin.tokenizer.LeadingSpace;
import dev.javelin.tokenizer.TokenType;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.Vocabulary;
import dev.javelin.tokenizer.bpe.BpeModel;
import dev.javelin.tokenizer.bpe.ByteAlphabet;
import dev.javelin.tokenizer.bpe.ByteLevelSpelling;
import dev.javelin.tokenizer.bpe.CharAlphabet;
import dev.javelin.tokenizer.bpe.MergeTable;
import dev.javelin.tokenizer.bpe.SentencePieceSpelling;
import dev.javelin.tokenizer.bpe.SymbolTable;
import dev.javelin.tokenizer.pipeline.AddedToken;
import dev.javelin.tokenizer.pipeline.Normalizer;
import dev.javelin.tokenizer.pipeline.Pipeline;
import dev.javelin.tokenizer.pipeline.PipelineTokenizer;
import dev.javelin.tokenizer.pipeline.Template;
import dev.javelin.tokenizer.pretokenizer.MarkBoundary;
import dev.javelin.tokenizer.pretokenizer.NamedPreTokenizer;
import dev.javelin.tokenizer.pretokenizer.PreTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Makes tokenizers out of GGUF metadata. Stateless. */
public final class GgufTokenizer {
    private static final char MARK = SentencePieceSpelling.SPACE_MARK.charAt(0);

    private GgufTokenizer() {}

    /**
     * The tokenizer that a file describes.
     *
     * @param metadata of the file
     * @throws JavelinException MODEL_CORRUPT for what contradicts itself, MODEL_UNSUPPORTED for a kind or rule that is
     *     not known
     */
    public static Tokenizer of(GgufMetadata metadata) {
        return of(TokenizerMetadata.of(metadata));
    }

    /**
     * The tokenizer that metadata from elsewhere than a file describes.
     *
     * @param metadata every value by its key ({@code tokenizer.ggml.model}, ...): strings, numbers, booleans, and lists
     *     or arrays of them
     * @throws JavelinException MODEL_CORRUPT for what contradicts itself, MODEL_UNSUPPORTED for a kind or rule that is
     *     not known
     */
    public static Tokenizer of(Map<String, ?> metadata) {
        return of(new TokenizerMetadata(metadata));
    }

    private static Tokenizer of(TokenizerMetadata metadata) {
        TokenizerData data = TokenizerData.of(metadata);
        return switch (data.model()) {
            case "gpt2" -> byteLevel(data);
            case "llama" -> sentencePiece(data);
            default ->
                throw new JavelinException(
                        ErrorCode.MODEL_UNSUPPORTED,
                        "tokenizer.ggml.model \"" + data.model()
                                + "\" is not supported; known: gpt2 (byte-level BPE), llama (SentencePiece BPE)");
        };
    }

    private static Tokenizer byteLevel(TokenizerData data) {
        NamedPreTokenizer rule = NamedPreTokenizer.of(data.preTokenizerName())
                .orElseThrow(() -> new JavelinException(
                        ErrorCode.MODEL_UNSUPPORTED,
                        "tokenizer.ggml.pre \"" + data.preTokenizerName() + "\" is not known; known: "
                                + String.join(", ", NamedPreTokenizer.knownNames())));
        String[] merges = data.merges();
        if (merges == null) {
            throw TokenizerData.corrupt("merges is missing");
        }
        ByteLevelSpelling spelling = new ByteLevelSpelling();
        Vocabulary vocabulary = new Vocabulary(data.tokens(), data.types(), spelling);
        SymbolTable symbols = new SymbolTable(vocabulary);
        MergeTable table = ListedMerges.of(merges, symbols);
        ByteAlphabet alphabet = new ByteAlphabet(spelling, symbols::find);
        boolean nfc = rule == NamedPreTokenizer.QWEN2 || rule == NamedPreTokenizer.QWEN35;
        return new PipelineTokenizer(new Pipeline(
                vocabulary,
                data.specialTokens(),
                addedTokens(data),
                nfc ? new Normalizer.UnicodeForm(java.text.Normalizer.Form.NFC) : Normalizer.none(),
                rule.preTokenizer(),
                new BpeModel(symbols, vocabulary, alphabet, table, rule.ignoresMerges()),
                template(data, rule == NamedPreTokenizer.LLAMA3),
                LeadingSpace.KEEP));
    }

    private static Tokenizer sentencePiece(TokenizerData data) {
        double[] scores = data.scores();
        if (scores == null) {
            throw TokenizerData.corrupt("scores is missing");
        }
        Vocabulary vocabulary = new Vocabulary(data.tokens(), data.types(), SentencePieceSpelling.STANDARD);
        SymbolTable symbols = new SymbolTable(vocabulary);
        MergeTable table = ScoreMerges.of(data.tokens(), data.types(), scores, symbols);
        CharAlphabet alphabet = new CharAlphabet(
                Stream.concat(mergeable(data), symbols.phantomTexts().stream()).toList(),
                symbols::find,
                true,
                new CharAlphabet.Unknown(data.specialTokens().unknownId(), true));
        boolean spacePrefix = data.addSpacePrefix().orElse(true);
        List<Normalizer> steps = new ArrayList<>();
        if (spacePrefix) {
            steps.add(new Normalizer.Prepend(SentencePieceSpelling.SPACE_MARK));
        }
        steps.add(new Normalizer.Replace(" ", SentencePieceSpelling.SPACE_MARK));
        boolean safe = vocabulary.mergeableId(SentencePieceSpelling.SPACE_MARK).isPresent()
                && MarkBoundary.isSafe(MARK, mergeable(data));
        return new PipelineTokenizer(new Pipeline(
                vocabulary,
                data.specialTokens(),
                addedTokens(data),
                new Normalizer.Sequence(steps),
                safe ? new MarkBoundary(MARK) : PreTokenizer.whole(),
                new BpeModel(symbols, vocabulary, alphabet, table, false),
                template(data, true),
                spacePrefix ? LeadingSpace.STRIP_ONE : LeadingSpace.KEEP));
    }

    private static Stream<String> mergeable(TokenizerData data) {
        return IntStream.range(0, data.tokens().length)
                .filter(id -> data.types()[id].isMergeable())
                .mapToObj(id -> data.tokens()[id]);
    }

    private static List<AddedToken> addedTokens(TokenizerData data) {
        List<AddedToken> added = new ArrayList<>();
        for (int id = 0; id < data.tokens().length; id++) {
            TokenType type = data.types()[id];
            if (type == TokenType.CONTROL || type == TokenType.USER_DEFINED || type == TokenType.UNKNOWN) {
                added.add(AddedToken.plain(id, data.tokens()[id], type.isSpecial()));
            }
        }
        return added;
    }

    private static Template template(TokenizerData data, boolean bosByDefault) {
        return new Template(
                ids(
                        "bos",
                        data.addBos().orElse(bosByDefault),
                        data.specialTokens().bosId()),
                ids("eos", data.addEos().orElse(false), data.specialTokens().eosId()));
    }

    private static int[] ids(String role, boolean wanted, OptionalInt id) {
        if (wanted && id.isEmpty()) {
            throw TokenizerData.corrupt("add_" + role + "_token is set, but " + role + "_token_id is missing");
        }
        return wanted ? new int[] {id.getAsInt()} : new int[0];
    }
}
