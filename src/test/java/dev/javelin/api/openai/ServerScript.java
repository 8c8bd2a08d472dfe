package dev.javelin.api.openai;

import dev.javelin.engine.EngineRequest;
import dev.javelin.output.ByteText;
import dev.javelin.output.ScriptedEngine;
import dev.javelin.tokenizer.DecodeOptions;
import java.util.Arrays;

/**
 * A model that does what the prompt says: {@code say X} answers X with the choice's index for a percent sign,
 * {@code fail X} fails after two tokens, {@code long} never ends by itself; anything else is answered in kind.
 */
final class ServerScript implements ScriptedEngine.Script {
    @Override
    public int[] tokens(EngineRequest request, int choiceIndex) {
        String prompt = prompt(request);
        if (prompt.startsWith("say ")) {
            return ByteText.withEos(prompt.substring(4).replace("%", Integer.toString(choiceIndex)));
        }
        if (prompt.startsWith("fail")) {
            return ByteText.withEos("failing");
        }
        if (prompt.startsWith("long")) {
            int[] tokens = new int[100_000];
            Arrays.fill(tokens, 'x');
            return tokens;
        }
        return ByteText.withEos("you said " + prompt);
    }

    @Override
    public int cachedPromptTokens(EngineRequest request) {
        return prompt(request).contains("cached") ? 3 : 0;
    }

    @Override
    public int failsAfterTokens(EngineRequest request) {
        return prompt(request).startsWith("fail") ? 2 : -1;
    }

    /** The last user's message, or the whole prompt of a completion. */
    private static String prompt(EngineRequest request) {
        String text = new ByteText().decode(request.promptTokenIds(), DecodeOptions.TEXT);
        int user = text.lastIndexOf("<user>");
        String last = user < 0 ? text : text.substring(user + "<user>".length());
        return last.replace("<assistant>", "").replaceAll("\\{.*}$", "");
    }
}
