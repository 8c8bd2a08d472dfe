package dev.javelin.generation;

import java.util.List;
import java.util.Map;

/** What a request asks the model to continue. Immutable. */
public sealed interface Prompt {
    /**
     * Text that is encoded as it stands.
     *
     * @param text the text, without lone surrogates
     * @param addSpecialTokens whether the tokenizer's own beginning-of-sequence token is put in front
     */
    record Text(String text, boolean addSpecialTokens) implements Prompt {}

    /**
     * Token ids, taken as they are.
     *
     * @param tokenIds ids in the model's vocabulary; the array is not copied and must not change afterwards
     */
    record Tokens(int[] tokenIds) implements Prompt {}

    /**
     * A conversation that the model's chat template renders.
     *
     * @param messages JSON-like objects (strings, numbers, booleans, nulls, lists, maps), as the template sees them
     * @param tools JSON-like tool definitions, empty where none were given
     * @param addGenerationPrompt whether the template opens the assistant's turn
     * @param templateArguments further variables for the template
     */
    record Chat(
            List<Map<String, Object>> messages,
            List<Map<String, Object>> tools,
            boolean addGenerationPrompt,
            Map<String, Object> templateArguments)
            implements Prompt {}
}
