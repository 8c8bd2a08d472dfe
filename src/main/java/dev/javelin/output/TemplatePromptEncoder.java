package dev.javelin.output;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.Prompt;
import dev.javelin.tokenizer.EncodeOptions;
import dev.javelin.tokenizer.SpecialTokens;
import dev.javelin.tokenizer.Tokenizer;
import dev.javelin.tokenizer.template.ChatTemplate;
import dev.javelin.tokenizer.template.ChatTemplateData;
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
     * An encoder.
     *
     * @param tokenizer of the model
     * @param template of the model; null if it has none, and then no conversation can be encoded
     */
    public TemplatePromptEncoder(Tokenizer tokenizer, @Nullable ChatTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    @Override
    public int[] encode(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Text text -> tokenizer.encode(text.text(), text.addSpecialTokens());
            case Prompt.Tokens tokens -> tokens.tokenIds();
            case Prompt.Chat chat -> tokenizer.encode(render(chat), EncodeOptions.RENDERED);
        };
    }

    /** The text of a conversation, as the model sees it. */
    public String render(Prompt.Chat chat) {
        if (template == null) {
            throw JavelinException.ofField(
                    ErrorCode.TEMPLATE_FAILED, "messages", "the model has no chat template; use /v1/completions");
        }
        SpecialTokens special = tokenizer.specialTokens();
        ChatTemplateData data = new ChatTemplateData(chat.messages())
                .tools(chat.tools().isEmpty() ? null : chat.tools())
                .addGenerationPrompt(chat.addGenerationPrompt())
                .specialToken("bos_token", text(special.bosId()))
                .specialToken("eos_token", text(special.eosId()))
                .specialToken("unk_token", text(special.unknownId()))
                .specialToken("pad_token", text(special.paddingId()))
                .extra(chat.templateArguments());
        return template.render(data.toMap());
    }

    private @Nullable String text(OptionalInt tokenId) {
        return tokenId.isPresent() ? tokenizer.tokenText(tokenId.getAsInt()) : null;
    }
}
