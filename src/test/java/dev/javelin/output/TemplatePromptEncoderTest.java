package dev.javelin.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.javelin.error.ErrorCode;
import dev.javelin.error.JavelinException;
import dev.javelin.generation.Prompt;
import dev.javelin.tokenizer.template.ChatTemplate;
import dev.javelin.tokenizer.template.TemplateLimits;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplatePromptEncoderTest {
    private static final Prompt.Chat CHAT =
            new Prompt.Chat(List.of(Map.of("role", "user", "content", "hé")), List.of(), true, Map.of("mood", "good"));

    @Test
    void rendersWithSpecialTokensAndArgumentsAndAddsNoneOfItsOwn() {
        TemplatePromptEncoder prompts =
                prompts("{{ bos_token }}{% for m in messages %}<{{ m.role }}>{{ m.content }}{{ eos_token }}{% endfor %}"
                        + "{{ mood }}{{ tools is none }}{% if add_generation_prompt %}<a>{% endif %}");
        assertThat(prompts.render(CHAT)).isEqualTo("<bos><user>hé<eos>goodTrue<a>");
        assertThat(prompts.encode(CHAT)).isEqualTo(ByteText.ids("<bos><user>hé<eos>goodTrue<a>"));
    }

    @Test
    void encodesTextWithAndWithoutSpecialTokensAndTakesIdsAsTheyAre() {
        TemplatePromptEncoder prompts = prompts("");
        assertThat(prompts.encode(new Prompt.Text("a", true))).containsExactly(ByteText.BOS, 'a');
        assertThat(prompts.encode(new Prompt.Text("a", false))).containsExactly('a');
        assertThat(prompts.encode(new Prompt.Tokens(new int[] {7, 8}))).containsExactly(7, 8);
    }

    @Test
    void whatTheTemplateRefusesIsTheCallersError() {
        assertThatThrownBy(
                        () -> prompts("{{ raise_exception('no system role') }}").encode(CHAT))
                .isInstanceOfSatisfying(JavelinException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.TEMPLATE_FAILED);
                    assertThat(e.reason()).contains("no system role");
                });
        assertThatThrownBy(() -> new TemplatePromptEncoder(new ByteText(), null).encode(CHAT))
                .hasMessageContaining("no chat template");
    }

    private static TemplatePromptEncoder prompts(String source) {
        return new TemplatePromptEncoder(new ByteText(), ChatTemplate.compile(source, TemplateLimits.DEFAULT));
    }
}
