package dev.javelin.output;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.Prompt;
import dev.javelin.tokenizer.EncodeOptions;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.template.ChatTemplate;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Encodes prompts with the model's own chat template, as transformers' {@code apply_chat_template} does: the template
 * writes every special token itself, so none is added. Immutable and thread-safe.
 */
public final class TemplatePromptEncoder implements PromptEncoder {
    private final Tokenizer tokenizer;
    private final @Nullable ChatTemplate template;

    /**
     * An encoder for one model.
     *
     * @param tokenizer text to ids
     * @param template the model's chat template, or null where it has none
     */
    public TemplatePromptEncoder(Tokenizer tokenizer, @Nullable ChatTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    @Override
    public int[] encode(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Tokens tokens -> tokens.tokenIds();
            case Prompt.Text text -> tokenizer.encode(text.text(), text.addSpecialTokens());
            case Prompt.Chat chat -> tokenizer.encode(render(chat), new EncodeOptions(false, true));
        };
    }

    /**
     * The text that the template makes of a conversation.
     *
     * @throws JavelinException TEMPLATE_FAILED if the template refuses it or the model has none
     */
    public String render(Prompt.Chat chat) {
        if (template == null) {
            throw JavelinException.ofField(
                    ErrorCode.TEMPLATE_FAILED,
                    "messages",
                    "the model has no chat template; use /v1/completions with a prompt");
        }
        Map<String, @Nullable Object> data = new HashMap<>(chat.templateArguments());
        data.put("messages", chat.messages());
        data.put("tools", chat.tools().isEmpty() ? null : chat.tools());
        data.put("add_generation_prompt", chat.addGenerationPrompt());
        putToken(data, "bos_token", tokenizer.specialTokens().bosId());
        putToken(data, "eos_token", tokenizer.specialTokens().eosId());
        return template.render(data);
    }

    private void putToken(Map<String, @Nullable Object> data, String name, OptionalInt id) {
        if (id.isPresent()) {
            data.put(name, tokenizer.tokenText(id.getAsInt()));
        }
    }
}
