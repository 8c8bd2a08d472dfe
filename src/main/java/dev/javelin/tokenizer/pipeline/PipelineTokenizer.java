package dev.javelin.tokenizer.pipeline;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.DecodeOptions;
import dev.javelin.tokenizer.EncodeOptions;
import dev.javelin.tokenizer.IncrementalDecoder;
import dev.javelin.tokenizer.SpecialTokens;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.Vocabulary;
import java.util.List;

/** The one tokenizer: a {@link Pipeline} at work. Thread-safe because its parts are. */
public final class PipelineTokenizer implements Tokenizer {
    /** 16 Mi chars: far beyond any context; the longest piece then takes some hundred megabytes for a moment. */
    private static final int MAX_TEXT_CHARS = 1 << 24;

    private static final int CHARS_PER_TOKEN_GUESS = 3;

    private final Pipeline pipeline;
    private final AddedTokenMatcher rawMatcher;
    private final AddedTokenMatcher normalizedMatcher;

    /**
     * A tokenizer of these parts.
     *
     * @param pipeline the parts
     */
    public PipelineTokenizer(Pipeline pipeline) {
        this.pipeline = pipeline;
        List<AddedToken> tokens = pipeline.addedTokens();
        this.rawMatcher = new AddedTokenMatcher(
                tokens.stream().filter(token -> !token.normalized()).toList(), Normalizer.none());
        this.normalizedMatcher = new AddedTokenMatcher(
                tokens.stream().filter(AddedToken::normalized).toList(), pipeline.normalizer());
    }

    @Override
    public int[] encode(CharSequence text, EncodeOptions options) {
        requireEncodable(text);
        IdBuffer out = new IdBuffer(text.length() / CHARS_PER_TOKEN_GUESS);
        if (options.addSpecial()) {
            out.addAll(pipeline.template().prefixIds());
        }
        String whole = text.toString();
        rawMatcher.split(whole, options.parseSpecial(), new AddedTokenMatcher.Parts() {
            @Override
            public void text(int start, int end) {
                encodeBetween(whole.substring(start, end), start == 0, options.parseSpecial(), out);
            }

            @Override
            public void token(int id) {
                out.add(id);
            }
        });
        if (options.addSpecial()) {
            out.addAll(pipeline.template().suffixIds());
        }
        return out.toArray();
    }

    /** The ids of what stands between two added tokens of the raw text. */
    private void encodeBetween(String raw, boolean atTextStart, boolean parseSpecial, IdBuffer out) {
        String text = pipeline.normalizer().apply(raw);
        normalizedMatcher.split(text, parseSpecial, new AddedTokenMatcher.Parts() {
            @Override
            public void text(int start, int end) {
                pipeline.preTokenizer()
                        .split(
                                text,
                                start,
                                end,
                                atTextStart && start == 0,
                                (piece, from, to, first) -> pipeline.model().encode(piece, from, to, out));
            }

            @Override
            public void token(int id) {
                out.add(id);
            }
        });
    }

    private static void requireEncodable(CharSequence text) {
        int length = text.length();
        if (length > MAX_TEXT_CHARS) {
            throw JavelinException.ofField(
                    ErrorCode.INVALID_REQUEST,
                    "text",
                    "text has " + length + " UTF-16 chars, the limit is " + MAX_TEXT_CHARS);
        }
        for (int i = 0; i < length; i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                boolean paired = Character.isHighSurrogate(text.charAt(i))
                        && i + 1 < length
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    throw JavelinException.ofField(
                            ErrorCode.INVALID_REQUEST,
                            "text",
                            "text has a lone surrogate U+%04X at index %d: it is no Unicode text"
                                    .formatted((int) text.charAt(i), i));
                }
                i++;
            }
        }
    }

    @Override
    public IncrementalDecoder decoder(DecodeOptions options) {
        return new IncrementalDecoder(pipeline.vocabulary(), pipeline.leadingSpace(), options);
    }

    @Override
    public Vocabulary vocabulary() {
        return pipeline.vocabulary();
    }

    @Override
    public SpecialTokens specialTokens() {
        return pipeline.specialTokens();
    }

    @Override
    public int maxTextChars() {
        return MAX_TEXT_CHARS;
    }
}
