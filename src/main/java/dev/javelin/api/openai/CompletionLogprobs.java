package dev.javelin.api.openai;

import dev.javelin.generation.TokenLogprobs;
import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.IncrementalDecoder;
import dev.javelin.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The log-probabilities of one answer in the older form, whose offsets go through the whole text. Confined to its
 * request.
 */
final class CompletionLogprobs {
    private final Tokenizer tokenizer;
    private final Logprobs logprobs;
    private IncrementalDecoder decoder;
    private int offset;
    private List<Integer> textOffset = new ArrayList<>();
    private List<@Nullable Double> tokenLogprobs = new ArrayList<>();
    private List<String> tokens = new ArrayList<>();
    private List<@Nullable Map<String, Double>> topLogprobs = new ArrayList<>();

    CompletionLogprobs(Tokenizer tokenizer, Logprobs logprobs) {
        this.tokenizer = tokenizer;
        this.logprobs = logprobs;
        this.decoder = tokenizer.decoder(DecodeOptions.TEXT);
    }

    /** The echoed prompt; the answer's offsets go on behind it. */
    void addPrompt(int[] promptTokenIds, List<TokenLogprobs> scores, int textCodePoints) {
        for (int i = 0; i < promptTokenIds.length; i++) {
            TokenLogprobs score = i == 0 || i > scores.size() ? null : scores.get(i - 1);
            add(promptTokenIds[i], score);
        }
        beginAnswer(promptTokenIds, textCodePoints);
    }

    /** The answer follows a prompt whose text has this many code points, 0 where it is not echoed. */
    void beginAnswer(int[] promptTokenIds, int textCodePoints) {
        decoder = tokenizer.decoderAfter(promptTokenIds, DecodeOptions.TEXT);
        offset = textCodePoints;
    }

    /** More of the answer. */
    void addAnswer(List<TokenLogprobs> more) {
        more.forEach(token -> add(token.tokenId(), token));
    }

    private void add(int tokenId, @Nullable TokenLogprobs score) {
        textOffset.add(offset);
        tokens.add(logprobs.text(tokenId));
        tokenLogprobs.add(score == null ? null : Logprobs.finite(score.logprob()));
        topLogprobs.add(score == null ? null : logprobs.top(score));
        if (tokenId < tokenizer.vocabularySize()) {
            String text = decoder.push(tokenId);
            offset += text.codePointCount(0, text.length());
        }
    }

    /** What came since the last call. */
    CompletionWire.Logprobs take() {
        CompletionWire.Logprobs taken = new CompletionWire.Logprobs(textOffset, tokenLogprobs, tokens, topLogprobs);
        textOffset = new ArrayList<>();
        tokenLogprobs = new ArrayList<>();
        tokens = new ArrayList<>();
        topLogprobs = new ArrayList<>();
        return taken;
    }
}
