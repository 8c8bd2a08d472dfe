package dev.javelin.tokenizer.gguf;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.tokenizer.SpecialTokens;
import dev.javelin.tokenizer.TokenType;
import dev.javelin.tokenizer.Vocabulary;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a GGUF file says about its tokenizer. Immutable; the arrays are not to be changed.
 *
 * @param model {@code gpt2}, {@code llama} or another name
 * @param preTokenizerName the cutting rule's name
 * @param tokens text of each id
 * @param types type of each id
 * @param scores log probability of each id; null where the file has none
 * @param merges pairs in order of rank, {@code "left right"}; null where the file has none
 * @param specialTokens the ids with a role
 * @param addBos whether the template begins with bos; empty where the file leaves it to the kind
 * @param addEos whether the template ends with eos
 * @param addSpacePrefix whether a space is put before a text
 */
record TokenizerData(
        String model,
        String preTokenizerName,
        String[] tokens,
        TokenType[] types,
        double @Nullable [] scores,
        String @Nullable [] merges,
        SpecialTokens specialTokens,
        Optional<Boolean> addBos,
        Optional<Boolean> addEos,
        Optional<Boolean> addSpacePrefix) {
    private static final int MAX_MERGES = 1 << 23;

    /** Reads and checks. */
    static TokenizerData of(TokenizerMetadata metadata) {
        String[] tokens = metadata.texts("tokens");
        if (tokens == null || tokens.length == 0 || tokens.length > Vocabulary.MAX_TOKENS) {
            throw corrupt("tokens has " + (tokens == null ? 0 : tokens.length) + " entries, expected 1 to "
                    + Vocabulary.MAX_TOKENS);
        }
        TokenType[] types = types(metadata.numbers("token_type"), tokens.length);
        double[] scores = metadata.numbers("scores");
        if (scores != null && scores.length != tokens.length) {
            throw corrupt("scores has " + scores.length + " entries for " + tokens.length + " tokens");
        }
        String[] merges = metadata.texts("merges");
        if (merges != null && merges.length > MAX_MERGES) {
            throw corrupt("merges has " + merges.length + " entries, the limit is " + MAX_MERGES);
        }
        return new TokenizerData(
                metadata.text("model").orElseThrow(() -> corrupt("model is missing")),
                metadata.text("pre").orElse("default"),
                tokens,
                types,
                scores,
                merges,
                EndOfGeneration.specialTokens(metadata, tokens, types),
                metadata.flag("add_bos_token"),
                metadata.flag("add_eos_token"),
                metadata.flag("add_space_prefix"));
    }

    private static TokenType[] types(double @Nullable [] codes, int tokenCount) {
        TokenType[] types = new TokenType[tokenCount];
        Arrays.fill(types, TokenType.NORMAL);
        if (codes == null) {
            return types;
        }
        if (codes.length != tokenCount) {
            throw corrupt("token_type has " + codes.length + " entries for " + tokenCount + " tokens");
        }
        for (int id = 0; id < tokenCount; id++) {
            types[id] = switch ((int) codes[id]) {
                case 2 -> TokenType.UNKNOWN;
                case 3 -> TokenType.CONTROL;
                case 4 -> TokenType.USER_DEFINED;
                case 5 -> TokenType.UNUSED;
                case 6 -> TokenType.BYTE;
                case 0, 1 -> TokenType.NORMAL;
                default -> throw corrupt("token_type of id " + id + " is " + codes[id] + ", expected 0 to 6");
            };
        }
        return types;
    }

    static JavelinException corrupt(String what) {
        return new JavelinException(ErrorCode.MODEL_CORRUPT, TokenizerMetadata.PREFIX + what);
    }
}
