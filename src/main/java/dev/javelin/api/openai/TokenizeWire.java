package dev.javelin.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers of {@code /tokenize} and {@code /detokenize}; names are in snake case on the wire. Immutable. */
final class TokenizeWire {
    private TokenizeWire() {}

    /**
     * A text's tokens.
     *
     * @param count how many
     * @param maxModelLen most tokens of prompt and answer together
     * @param tokens their ids
     * @param tokenStrs as the vocabulary writes them; null where not asked for
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record Tokens(
            int count,
            int maxModelLen,
            int[] tokens,
            @Nullable List<String> tokenStrs) {}

    /**
     * Tokens' text.
     *
     * @param prompt the text, special tokens written out
     */
    record Text(String prompt) {}
}
