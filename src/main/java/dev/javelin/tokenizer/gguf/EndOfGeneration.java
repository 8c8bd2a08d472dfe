package dev.javelin.tokenizer.gguf;

import dev.javelin.tokenizer.EndTexts;
import dev.javelin.tokenizer.SpecialTokens;
import dev.javelin.tokenizer.TokenType;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Finds the ids with a role in a GGUF file. Stateless. */
final class EndOfGeneration {
    private static final List<String> END_KEYS = List.of("eos_token_id", "eot_token_id", "eom_token_id");

    private EndOfGeneration() {}

    /** The named ids; every id that a key names as an end, or that is a special token with an end's text. */
    static SpecialTokens specialTokens(TokenizerMetadata metadata, String[] tokens, TokenType[] types) {
        Set<Integer> ends = new HashSet<>();
        for (String key : END_KEYS) {
            OptionalInt id = metadata.tokenId(key, tokens.length);
            if (id.isPresent()) {
                ends.add(id.getAsInt());
            }
        }
        for (int id = 0; id < tokens.length; id++) {
            if (types[id] == TokenType.CONTROL && EndTexts.ALL.contains(tokens[id])) {
                ends.add(id);
            }
        }
        return new SpecialTokens(
                metadata.tokenId("bos_token_id", tokens.length),
                metadata.tokenId("eos_token_id", tokens.length),
                metadata.tokenId("unknown_token_id", tokens.length),
                metadata.tokenId("padding_token_id", tokens.length),
                ends);
    }
}
