package dev.javelin.tokenizer.huggingface;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.TokenSpelling;
import dev.javelin.tokenizer.TokenType;
import dev.javelin.tokenizer.Vocabulary;
import dev.javelin.tokenizer.bpe.SentencePieceSpelling;
import dev.javelin.tokenizer.pipeline.AddedToken;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads {@code added_tokens} and {@code model.vocab} into one vocabulary. Stateless. */
final class VocabularyReader {
    private VocabularyReader() {}

    static List<AddedToken> addedTokens(Component root) {
        if (root.child("added_tokens").isAbsent()) {
            return List.of();
        }
        return root.children("added_tokens").stream()
                .map(token -> new AddedToken(
                        token.number("id", Vocabulary.MAX_TOKENS),
                        token.text("content"),
                        token.flag("special", false),
                        token.flag("normalized", true),
                        token.flag("single_word", false),
                        token.flag("lstrip", false),
                        token.flag("rstrip", false)))
                .toList();
    }

    /** The tokens of the model and the added ones; ids between them that nobody names are holes. */
    static Vocabulary read(Component model, List<AddedToken> added, TokenSpelling spelling) {
        Component section = model.child("vocab");
        if (!section.json().isObject()) {
            throw model.corrupt("vocab", "an object");
        }
        int size = Stream.concat(
                        section.json().properties().stream().map(entry -> id(section, entry)),
                        added.stream().map(AddedToken::id))
                .mapToInt(id -> id + 1)
                .max()
                .orElse(0);
        String[] texts = new String[size];
        TokenType[] types = new TokenType[size];
        Arrays.fill(texts, "");
        Arrays.fill(types, TokenType.UNUSED);
        boolean byteFallback = model.flag("byte_fallback", false);
        for (Map.Entry<String, JsonNode> entry : section.json().properties()) {
            boolean isByte = byteFallback && SentencePieceSpelling.byteOf(entry.getKey()) >= 0;
            texts[id(section, entry)] = entry.getKey();
            types[id(section, entry)] = isByte ? TokenType.BYTE : TokenType.NORMAL;
        }
        for (AddedToken token : added) {
            texts[token.id()] = token.content();
            types[token.id()] = token.special() ? TokenType.CONTROL : TokenType.USER_DEFINED;
        }
        return new Vocabulary(texts, types, spelling);
    }

    private static int id(Component section, Map.Entry<String, JsonNode> entry) {
        JsonNode value = entry.getValue();
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 0
                || value.intValue() >= Vocabulary.MAX_TOKENS) {
            throw new JavelinException(
                    ErrorCode.MODEL_CORRUPT,
                    "tokenizer.json: " + section.path() + " gives \"" + entry.getKey() + "\" the id " + value
                            + ", expected 0 to " + (Vocabulary.MAX_TOKENS - 1));
        }
        return value.intValue();
    }
}
