package dev.javelin.api.openai;

import dev.javelin.api.openai.ChatWire.PromptLogprob;
import dev.javelin.api.openai.ChatWire.TokenLogprob;
import dev.javelin.api.openai.ChatWire.TopLogprob;
import dev.javelin.generation.TokenLogprobs;
import dev.javelin.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Log-probabilities in the forms of the wire. Thread-safe. */
final class Logprobs {
    /** JSON has no infinity; vLLM writes this for a token that cannot be drawn. */
    private static final double LEAST = -9999;

    private final Tokenizer tokenizer;

    Logprobs(Tokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** The chat form. */
    ChatWire.Logprobs chat(List<TokenLogprobs> tokens) {
        return new ChatWire.Logprobs(tokens.stream().map(this::chatToken).toList(), null);
    }

    private TokenLogprob chatToken(TokenLogprobs token) {
        List<TopLogprob> top = new ArrayList<>();
        for (int i = 0; i < token.topTokenIds().length; i++) {
            int id = token.topTokenIds()[i];
            top.add(new TopLogprob(text(id), finite(token.topLogprobs()[i]), bytes(id)));
        }
        int id = token.tokenId();
        return new TokenLogprob(text(id), finite(token.logprob()), bytes(id), top);
    }

    /**
     * vLLM's form of a prompt's scores: one entry a token, keyed by token id, the first null.
     *
     * @param scores from the second token on
     */
    List<@Nullable Map<String, PromptLogprob>> prompt(List<TokenLogprobs> scores) {
        List<@Nullable Map<String, PromptLogprob>> entries = new ArrayList<>();
        entries.add(null);
        for (TokenLogprobs score : scores) {
            Map<String, PromptLogprob> entry = new LinkedHashMap<>();
            for (int i = 0; i < score.topTokenIds().length; i++) {
                put(entry, score.topTokenIds()[i], score.topLogprobs()[i], i + 1);
            }
            put(entry, score.tokenId(), score.logprob(), null);
            entries.add(entry);
        }
        return entries;
    }

    private void put(Map<String, PromptLogprob> entry, int tokenId, float logprob, @Nullable Integer rank) {
        entry.putIfAbsent(Integer.toString(tokenId), new PromptLogprob(finite(logprob), rank, text(tokenId)));
    }

    /** The likeliest tokens of one place by text; where two have the same text, the likelier. */
    Map<String, Double> top(TokenLogprobs token) {
        Map<String, Double> top = new LinkedHashMap<>();
        for (int i = 0; i < token.topTokenIds().length; i++) {
            top.putIfAbsent(text(token.topTokenIds()[i]), finite(token.topLogprobs()[i]));
        }
        top.putIfAbsent(text(token.tokenId()), finite(token.logprob()));
        return top;
    }

    /** A token's text, with U+FFFD where it is half a character; nothing for the model's padding rows. */
    String text(int tokenId) {
        return tokenId < tokenizer.vocabularySize()
                ? new String(tokenizer.tokenBytes(tokenId), StandardCharsets.UTF_8)
                : "";
    }

    static double finite(float logprob) {
        return Float.isNaN(logprob) ? LEAST : Math.max(LEAST, logprob);
    }

    private int[] bytes(int tokenId) {
        byte[] bytes = tokenId < tokenizer.vocabularySize() ? tokenizer.tokenBytes(tokenId) : new byte[0];
        int[] unsigned = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            unsigned[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return unsigned;
    }
}
